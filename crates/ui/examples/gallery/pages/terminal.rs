use leptos::prelude::*;
use ui::*;

#[component]
pub fn TerminalPage() -> impl IntoView {
    view! {
        <div class="terminal">
            <div class="terminal__tabs">
                <div class="terminal__tablist" role="tablist" aria-label="Terminals">
                    {[("api", "~/api", "true"), ("db", "", "false"), ("deploy", "", "false")].map(|(name, path, on)| view! {
                        <div class="terminal-tab" role="presentation">
                            <button type="button" class="terminal-tab__name" role="tab" aria-selected=on>
                                <Icon name=IconName::Terminal/>{name}<span class="terminal-tab__path">{path}</span>
                            </button>
                            <button type="button" class="terminal-tab__close" aria-label="End"><Icon name=IconName::X size=IconSize::Small/></button>
                        </div>
                    })}
                    <button type="button" class="terminal-tab--new" aria-label="Open terminal"><Icon name=IconName::Plus/></button>
                </div>
                <div class="terminal__tools desktop-only"><Avatar name="bob" size=AvatarSize::Small/><span class="quiet">"bob watches"</span></div>
            </div>
            <div class="terminal__stage"><div class="terminal__pane"><div class="terminal__host"></div></div></div>
            <div class="key-bar" role="toolbar" aria-label="Keys">
                {["Esc", "Tab", "Ctrl", "Alt", "←", "↓", "↑", "→", "|", "/", "-", "~"].map(|key| view! { <button type="button" class="key-bar__key" aria-pressed=(key == "Ctrl").then_some("true")>{key}</button> })}
            </div>
            <footer class="terminal__foot">
                <Status tone=Tone::Ok word="connected · 0.3 ms"/><span>"bash · 96×34"</span><span>"recording off"</span>
                <span class="terminal__foot-end"><span>"Ctrl-Shift-F search"</span></span>
            </footer>
        </div>
    }
}
