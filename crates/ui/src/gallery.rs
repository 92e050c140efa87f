//! Every component in its states, on one page: for development, and for looking at after a change.

use leptos::prelude::*;

use crate::*;

/// All of the design system. Route to it in development builds.
#[component]
pub fn Gallery() -> impl IntoView {
    let toaster = use_context::<Toaster>().unwrap_or_else(provide_toaster);
    view! {
        <div class="page-narrow">
            <Buttons/>
            <Fields/>
            <Words/>
            <Rows/>
            <States/>
            <Layers toaster/>
            <Drawings/>
        </div>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    view! {
        <Card title="Buttons">
            <div class="row row--wrap">
                <Button variant=ButtonVariant::Primary>"Primary"</Button>
                <Button icon=IconName::Plus>"Secondary"</Button>
                <Button variant=ButtonVariant::Ghost>"Ghost"</Button>
                <Button variant=ButtonVariant::Danger>"Delete room"</Button>
                <LinkButton href="#" icon=IconName::External>"Link"</LinkButton>
                <IconButton icon=IconName::Refresh label="Refresh"/>
            </div>
            <div class="row row--wrap">
                <Button size=ButtonSize::Small>"Small"</Button>
                <Button variant=ButtonVariant::Primary busy=true>"Busy"</Button>
                <Button busy=true>"Busy"</Button>
                <Button disabled=true>"Disabled"</Button>
                <Button size=ButtonSize::Large variant=ButtonVariant::Primary>"Large"</Button>
            </div>
        </Card>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let range = RwSignal::new(String::from("10m"));
    let role = RwSignal::new(String::from("member"));
    let about = RwSignal::new(String::new());
    let roles =
        [("member", "Member"), ("admin", "Administrator")].map(|(value, words)| (value.to_owned(), words.to_owned()));
    view! {
        <Card title="Fields">
            <Field name="g-name" label="Username" placeholder="alice" hint="Letters, digits and dashes."/>
            <Field
                name="g-wrong"
                label="Host name"
                initial="forge internal"
                mono=true
                error=Some(String::from("A host name has no spaces. Try forge.internal."))
            />
            <Field name="g-password" label="Password" input_type="password" initial="correct horse" autocomplete="off"/>
            <StrengthMeter score=Some(2) advice=String::from("Add another word or two.")/>
            <Select name="g-role" label="Role" options=roles.to_vec() value=role/>
            <TextArea name="g-about" label="About" value=about placeholder="What this room is for"/>
            <Checkbox name="g-check">"Ask for a second factor at every sign-in"</Checkbox>
            <FormError error=Some(String::from("Wrong username or password."))/>
            <div class="row">
                <Segmented
                    name="g-range"
                    label="Time range"
                    options=vec![("10m", "10 min"), ("1h", "1 h"), ("24h", "24 h"), ("7d", "7 d")]
                    value=range
                />
            </div>
        </Card>
    }
}

#[component]
fn Words() -> impl IntoView {
    view! {
        <Card title="Words and marks" note="never colour alone">
            <div class="row row--wrap">
                <Badge>"212"</Badge>
                <Badge tone=Tone::Ok>"resolved"</Badge>
                <Badge tone=Tone::Warn>"warning"</Badge>
                <Badge tone=Tone::Bad>"failed"</Badge>
                <Badge tone=Tone::Accent>"admin"</Badge>
                <Count value=3 what="unread"/>
                <Count value=120 what="unread" quiet=true/>
                <Kbd keys="Ctrl K"/>
                <Kbd keys="g d"/>
                <RelativeTime at=1_795_218_967_000_i64/>
            </div>
            <div class="row row--wrap">
                <Status tone=Tone::Ok word="running"/>
                <Status tone=Tone::Warn word="reload pending"/>
                <Status tone=Tone::Bad word="failed 02:14"/>
                <Status tone=Tone::Neutral word="away"/>
                <Status tone=Tone::Accent word="starting"/>
            </div>
            <div class="row row--wrap">
                {["alice", "bob", "carol", "dave", "Ada Lovelace", "erin"].map(|name| view! { <Avatar name/> })}
                <Avatar name="alice" size=AvatarSize::Small/>
                <Avatar name="alice" size=AvatarSize::Large/>
                <ConnectionStatus state=ConnectionState::Live/>
                <ConnectionStatus state=ConnectionState::Connecting/>
                <ConnectionStatus state=ConnectionState::Offline/>
            </div>
            <Meter value=46.0 label="CPU"/>
            <Meter value=91.0 label="Disk" tone=Tone::Warn thick=true/>
        </Card>
    }
}

#[component]
fn Rows() -> impl IntoView {
    let tab = RwSignal::new(String::from("general"));
    view! {
        <Card title="Processes" head=|| view! { <Badge>"3"</Badge> } note="by CPU" flush=true>
            <div class="table-scroll">
                <table class="table">
                    <thead>
                        <tr>
                            <th>"Name"</th>
                            <th class="table__wide">"User"</th>
                            <th class="table__number">"PID"</th>
                            <th class="table__number" aria-sort="descending">
                                <button type="button" class="table__sort">"CPU"<Icon name=IconName::ArrowDown size=IconSize::Small/></button>
                            </th>
                            <th class="table__number">"Memory"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {[("postgres", "812", 18.4, 1.29e9), ("rust-analyzer", "4127", 11.0, 2.8e9), ("nova", "640", 0.4, 5.0e7)]
                            .map(|(name, pid, cpu, memory)| view! {
                                <tr>
                                    <td>{name}</td>
                                    <td class="table__wide table__quiet">"alice"</td>
                                    <td class="table__number table__quiet">{pid}</td>
                                    <td class="table__number">{format::percent(cpu)}</td>
                                    <td class="table__number">{format::bytes(memory)}</td>
                                </tr>
                            })}
                    </tbody>
                </table>
            </div>
        </Card>
        <Card title="Tabs">
            <div>
                <Tabs id="g-tabs" label="Settings" tabs=vec![("general", "General"), ("members", "Members")] value=tab/>
                <TabPanel tabs="g-tabs" tab="general" value=tab>"What everybody sees."</TabPanel>
                <TabPanel tabs="g-tabs" tab="members" value=tab>"Who is in it."</TabPanel>
            </div>
        </Card>
    }
}

#[component]
fn States() -> impl IntoView {
    view! {
        <Banner tone=Tone::Warn title="/var is 91 % full" detail="full in about 9 hours at the present rate">
            <Button size=ButtonSize::Small>"Silence"</Button>
            <Button size=ButtonSize::Small>"Open terminal here"</Button>
        </Banner>
        <Banner tone=Tone::Bad title="The last backup failed" detail="02:14, no space left on device"/>
        <Card title="Loading"><Skeleton count=3 width=80/><Skeleton width=40/></Card>
        <Card title="Nothing yet" flush=true>
            <Empty icon=IconName::Terminal title="No terminals yet" text="A terminal keeps running here when you close the page.">
                <Button variant=ButtonVariant::Primary icon=IconName::Plus>"Open terminal"</Button>
            </Empty>
        </Card>
        <Card title="Not shown" flush=true>
            <ErrorState
                title="The sessions could not be loaded"
                why="The server did not answer in time. It may be restarting."
                request_id="01jd4q8w7r"
                on_retry=|| ()
            />
        </Card>
    }
}

#[component]
fn Layers(toaster: Toaster) -> impl IntoView {
    let dialog = RwSignal::new(false);
    let confirm = RwSignal::new(false);
    let dense = RwSignal::new(true);
    view! {
        <Card title="What floats">
            <div class="row row--wrap">
                <Button on:click=move |_| dialog.set(true)>"Dialog"</Button>
                <Button on:click=move |_| confirm.set(true)>"Delete…"</Button>
                <Button on:click=move |_| toaster.push(Tone::Ok, "Saved")>"Toast"</Button>
                <Button on:click=move |_| toaster.push_undo("Room archived", || ())>"Toast with Undo"</Button>
                <Menu id="g-menu" label="More actions">
                    <MenuHeading>"Terminal 2"</MenuHeading>
                    <MenuItem icon=IconName::Edit keys="r" on_select=|| ()>"Rename"</MenuItem>
                    <MenuItem checked=dense on_select=move || dense.update(|on| *on = !*on)>"Dense rows"</MenuItem>
                    <MenuLink href="#" icon=IconName::External>"Open in a new tab"</MenuLink>
                    <MenuRule/>
                    <MenuItem icon=IconName::Trash danger=true on_select=|| ()>"End terminal"</MenuItem>
                </Menu>
                <Tooltip text="Reload the list" keys="r"><IconButton icon=IconName::Refresh label="Reload"/></Tooltip>
            </div>
            <Dialog id="g-dialog" open=dialog title="New room">
                <Field name="g-room" label="Name" placeholder="deploys" autofocus=true/>
                <div class="dialog__actions">
                    <Button on:click=move |_| dialog.set(false)>"Cancel"</Button>
                    <Button variant=ButtonVariant::Primary>"Create room"</Button>
                </div>
            </Dialog>
            <ConfirmDialog
                id="g-confirm"
                open=confirm
                title="Delete room “deploys”?"
                text="Its 1 204 messages will be gone for everyone. This cannot be undone."
                confirm="Delete room"
                type_name="deploys"
                on_confirm=move || confirm.set(false)
            />
            <ToastRegion toaster/>
        </Card>
    }
}

#[component]
fn Drawings() -> impl IntoView {
    view! {
        <Card title="Icons">
            <div class="row row--wrap">
                {IconName::ALL.iter().map(|name| view! { <Icon name=*name size=IconSize::Large/> }).collect_view()}
            </div>
        </Card>
    }
}
