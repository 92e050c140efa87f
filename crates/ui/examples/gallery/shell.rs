use leptos::prelude::*;
use ui::*;

const PLACES: [(&str, IconName, u32); 6] = [
    ("Overview", IconName::Grid, 0),
    ("Terminal", IconName::Terminal, 0),
    ("Chat", IconName::Chat, 3),
    ("Files", IconName::Folder, 0),
    ("Metrics", IconName::Chart, 0),
    ("Alerts", IconName::Bell, 1),
];

/// Rail, top bar and bottom bar around a page.
#[component]
pub fn Shell(title: &'static str, #[prop(optional)] flush: bool, children: Children) -> impl IntoView {
    let current = move |name: &str| (name == title).then_some("page");
    view! {
        <div class="shell">
            <a class="skip-link" href="#main">"Skip to content"</a>
            <nav class="rail" aria-label="Main">
                <a class="rail__brand" href="#"><span class="brand-mark">"✦"</span><span class="rail__label">"Nova"</span></a>
                <ul class="rail__list">
                    {PLACES.map(|(name, icon, count)| view! {
                        <li>
                            <a class="rail__link" href="#" aria-current=current(name)>
                                <Icon name=icon/>
                                <span class="rail__label">{name}</span>
                                <span class="rail__count"><Count value=count what="waiting"/></span>
                            </a>
                        </li>
                    })}
                </ul>
                <div class="rail__heading">"Build"</div>
                <ul class="rail__list">
                    {[("Databases", IconName::Database), ("Git", IconName::Git), ("Logs", IconName::Lines), ("Security", IconName::Shield), ("Settings", IconName::Gear)].map(|(name, icon)| view! {
                        <li><a class="rail__link" href="#"><Icon name=icon/><span class="rail__label">{name}</span></a></li>
                    })}
                </ul>
                <div class="rail__foot">
                    <button type="button" class="rail__link rail__collapse"><Icon name=IconName::Collapse/><span class="rail__label">"Collapse"</span></button>
                </div>
            </nav>
            <header class="topbar">
                <h1 class="topbar__title">{title}</h1>
                <span class="topbar__host">"forge.internal"</span>
                <button type="button" class="topbar__search"><Icon name=IconName::Search/>"Search or run a command"<Kbd keys="Ctrl K"/></button>
                <div class="topbar__end">
                    <ConnectionStatus state=ConnectionState::Live/>
                    <IconButton icon=IconName::Bell label="Notifications"/>
                    <Menu id="account" label="Account" class="topbar__account" trigger=|| view! { <Avatar name="alice"/> }>
                        <MenuLink href="#" icon=IconName::User>"Account"</MenuLink>
                        <MenuItem icon=IconName::Keyboard keys="?" on_select=|| ()>"Shortcuts"</MenuItem>
                        <MenuRule/>
                        <MenuItem icon=IconName::Logout on_select=|| ()>"Sign out"</MenuItem>
                    </Menu>
                </div>
            </header>
            <main id="main" class=if flush { "main main--flush" } else { "main" } tabindex="-1">{children()}</main>
            <nav class="bottombar" aria-label="Main, phone">
                {[PLACES[0], PLACES[1], PLACES[2], PLACES[3], ("More", IconName::Menu, 0)].map(|(name, icon, count)| view! {
                    <a class="bottombar__link" href="#" aria-current=current(name)>
                        <Icon name=icon/>
                        {name}
                        <span class="bottombar__count"><Count value=count what="waiting"/></span>
                    </a>
                })}
            </nav>
        </div>
    }
}
