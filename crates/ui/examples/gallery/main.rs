//! Prints one page of the design system as static HTML: `cargo run -p ui --features ssr --example gallery -- overview`.
//! Pages: `gallery` (every component, as `live.rs` hydrates it), `overview`, `terminal`, `chat`, `auth`, `account`.

#![recursion_limit = "256"]
#![allow(unreachable_pub, clippy::needless_pass_by_value, reason = "what the component macro makes of a component")]

mod live;
mod pages;
mod shell;

use leptos::prelude::*;

fn main() {
    let page = std::env::args().nth(1).unwrap_or_else(|| String::from("gallery"));
    let body = Owner::new().with(|| render(&page));
    println!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Nova</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\
         <script src=\"/theme.js\"></script><link rel=\"stylesheet\" href=\"/main.css\">\
         <link rel=\"icon\" href=\"/favicon.svg\"></head><body>{body}<script type=\"module\" src=\"/proof.js\"></script></body></html>"
    );
}

fn render(page: &str) -> String {
    use shell::Shell;
    match page {
        "auth" => view! { <pages::auth::Auth/> }.to_html(),
        "overview" => view! { <Shell title="Overview"><pages::overview::Overview/></Shell> }.to_html(),
        "terminal" => view! { <Shell title="Terminal" flush=true><pages::terminal::TerminalPage/></Shell> }.to_html(),
        "chat" => view! { <Shell title="Chat" flush=true><pages::chat::Chat/></Shell> }.to_html(),
        "account" => view! { <Shell title="Account"><pages::account::Account/></Shell> }.to_html(),
        _ => view! { <live::Live/> }.to_html(),
    }
}
