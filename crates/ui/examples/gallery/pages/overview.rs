use leptos::prelude::*;
use ui::*;

#[component]
pub fn Overview() -> impl IntoView {
    let range = RwSignal::new(String::from("10m"));
    view! {
        <Banner tone=Tone::Warn title="/var is 91 % full" detail="full in about 9 hours at the present rate">
            <span class="desktop-only"><Button size=ButtonSize::Small>"Silence"</Button></span>
            <Button size=ButtonSize::Small>"Open terminal here"</Button>
        </Banner>
        <div class="tiles">
            {[("CPU", "46.2", "%", "--c-1", ""), ("Memory", "11.4", "/ 24 GiB", "--c-2", ""), ("Disk /var", "91", "%", "--c-3", "warning"), ("Network", "18.6", "MiB/s in", "--c-5", "")]
                .map(|(label, value, unit, color, tag)| view! {
                    <section class="tile">
                        <h2 class="tile__label">{label}{(!tag.is_empty()).then(|| view! { <Badge tone=Tone::Warn>{tag}</Badge> })}</h2>
                        <p class="tile__value">{value}<span class="tile__unit">{unit}</span></p>
                        <div class="spark" data-spark=color></div>
                    </section>
                })}
        </div>
        <div class="overview">
            <div class="overview__main">
                <Chart
                    label="CPU by kind"
                    title="CPU by kind"
                    plot=NodeRef::new()
                    head=move || view! { <Segmented name="range" label="Time range" options=vec![("10m", "10 min"), ("1h", "1 h"), ("24h", "24 h"), ("7d", "7 d")] value=range/> }
                    table=|| ()
                />
                <Processes/>
            </div>
            <div class="overview__side"><Services/><Activity/><Cores/></div>
        </div>
        <div class="charts">
            <Chart label="Network" title="Network" plot=NodeRef::new() table=|| ()/>
            <Chart label="Memory" title="Memory" plot=NodeRef::new() table=|| ()/>
        </div>
    }
}

#[component]
fn Processes() -> impl IntoView {
    let rows = [
        ("postgres", "postgres", "812", 18.4, 1.29e9),
        ("rust-analyzer", "alice", "4127", 11.0, 2.8e9),
        ("node vite", "bob", "9921", 6.3, 4.32e8),
        ("nova", "nova", "640", 0.4, 5.0e7),
        ("redis-server", "redis", "771", 0.3, 2.3e7),
    ];
    view! {
        <Card title="Processes" head=|| view! { <Badge>"212"</Badge> } note="by CPU" flush=true>
            <div class="table-scroll processes">
                <table class="table">
                    <thead><tr><th>"Name"</th><th class="table__wide">"User"</th><th class="table__number">"PID"</th><th class="table__number">"CPU"</th><th class="table__number">"Memory"</th></tr></thead>
                    <tbody>
                        {rows.map(|(name, user, pid, cpu, memory)| view! {
                            <tr><td>{name}</td><td class="table__wide table__quiet">{user}</td><td class="table__number table__quiet">{pid}</td><td class="table__number">{format::percent(cpu)}</td><td class="table__number">{format::bytes(memory)}</td></tr>
                        })}
                    </tbody>
                </table>
            </div>
        </Card>
    }
}

#[component]
fn Services() -> impl IntoView {
    let rows = [
        (Tone::Ok, "running", "postgresql", "412 conn/min"),
        (Tone::Ok, "running", "redis", "1.1 k ops/s"),
        (Tone::Warn, "warning", "nginx", "reload pending"),
        (Tone::Bad, "failed", "backup.timer", "failed 02:14"),
    ];
    view! {
        <Card title="Services" note="3 of 4 healthy" flush=true>
            <ul class="list">
                {rows.map(|(tone, word, name, note)| view! {
                    <li class="list__item"><Status tone word dot_only=true/><span class="list__text">{name}</span><span class="list__end">{note}</span></li>
                })}
            </ul>
        </Card>
    }
}

#[component]
fn Activity() -> impl IntoView {
    let rows = [
        ("alice", "alice opened a terminal in ", "~/api", "now"),
        ("bob", "bob deployed ", "web@4f2c1", "4 min"),
        ("alice", "alice shared terminal 2, read-only", "", "31 min"),
        ("carol", "carol signed in with a passkey", "", "1 h"),
    ];
    view! {
        <Card title="Activity" flush=true>
            <ul class="list">
                {rows.map(|(who, what, code, when)| view! {
                    <li class="list__item"><Avatar name=who/><span class="list__text">{what}<code>{code}</code></span><span class="list__end">{when}</span></li>
                })}
            </ul>
        </Card>
    }
}

#[component]
fn Cores() -> impl IntoView {
    view! {
        <Card title="Cores">
            <div class="cores">
                {[46.0, 31.8, 12.0, 88.4].into_iter().enumerate().map(|(core, busy)| view! {
                    <div class="core"><span class="core__name">{core}</span><span class="num core__value">{format::percent(busy)}</span><Meter value=busy label=format!("Core {core}") tone={if busy > 80.0 { Tone::Warn } else { Tone::Accent }}/></div>
                }).collect_view()}
            </div>
        </Card>
    }
}
