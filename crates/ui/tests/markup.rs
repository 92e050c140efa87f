//! What the server writes for the components whose wiring carries meaning.

use leptos::prelude::*;
use ui::*;

fn html<V: IntoView + 'static>(view: impl FnOnce() -> V) -> String {
    Owner::new().with(|| view().into_view().to_html())
}

#[test]
fn field_without_error_is_described_by_its_hint_alone() {
    let html = html(|| view! { <Field name="host" label="Host" hint="Its name"/> });
    assert!(html.contains(r#"for="field-host""#), "{html}");
    assert!(html.contains(r#"id="field-host""#), "{html}");
    assert!(html.contains(r#"aria-describedby="field-host-hint""#), "{html}");
    assert!(!html.contains("aria-invalid"), "{html}");
}

#[test]
fn wrong_field_is_invalid_and_described_by_error_then_hint() {
    let html = html(|| view! { <Field name="host" label="Host" hint="Its name" error=Some(String::from("Taken"))/> });
    assert!(html.contains(r#"aria-invalid="true""#), "{html}");
    assert!(html.contains(r#"aria-describedby="field-host-error field-host-hint""#), "{html}");
    assert!(html.contains("Taken"), "{html}");
}

#[test]
fn password_field_offers_to_show_it() {
    let html = html(|| view! { <Field name="password" label="Password" input_type="password"/> });
    assert!(html.contains(r#"type="password""#), "{html}");
    assert!(html.contains(r#"aria-label="Show password""#), "{html}");
}

#[test]
fn busy_button_takes_no_press_and_says_so() {
    let html = html(|| view! { <Button busy=true>"Save"</Button> });
    assert!(html.contains("disabled"), "{html}");
    assert!(html.contains(r#"aria-busy="true""#), "{html}");
}

#[test]
fn icon_button_is_named_and_its_drawing_is_silent() {
    let html = html(|| view! { <IconButton icon=IconName::X label="Close"/> });
    assert!(html.contains(r#"aria-label="Close""#), "{html}");
    assert!(html.contains(r#"aria-hidden="true""#), "{html}");
}

#[test]
fn text_is_escaped() {
    let html = html(|| view! { <Badge>{String::from("<script>")}</Badge> });
    assert!(!html.contains("<script>"), "{html}");
}

#[test]
fn count_of_none_is_not_there_and_many_are_capped() {
    assert!(!html(|| view! { <Count value=0_u32 what="unread"/> }).contains("count"));
    assert!(html(|| view! { <Count value=120_u32 what="unread"/> }).contains("99+"));
}

#[test]
fn status_keeps_its_word_when_only_the_dot_is_drawn() {
    let html = html(|| view! { <Status tone=Tone::Ok word="running" dot_only=true/> });
    assert!(html.contains("visually-hidden") && html.contains("running"), "{html}");
}

#[test]
fn relative_time_is_exact_on_the_server() {
    let html = html(|| view! { <RelativeTime at=1_795_218_967_000_i64/> });
    assert!(html.contains(r#"datetime="2026-11-20T23:56:07Z""#), "{html}");
    assert!(html.contains("2026-11-20 23:56 UTC"), "{html}");
}

#[test]
fn closed_dialog_is_labelled_and_empty() {
    let html = html(|| {
        let open = RwSignal::new(false);
        view! { <Dialog id="new" open title="New room"><p>"inside"</p></Dialog> }
    });
    assert!(html.contains(r#"aria-labelledby="new-title""#), "{html}");
    assert!(!html.contains("inside"), "{html}");
}

#[test]
fn menu_opens_without_javascript() {
    let html = html(|| view! { <Menu id="more" label="More"><MenuItem on_select=|| ()>"Rename"</MenuItem></Menu> });
    assert!(html.contains(r#"popovertarget="more""#), "{html}");
    assert!(html.contains(r#"popover="auto""#), "{html}");
    assert!(html.contains(r#"aria-expanded="false""#), "{html}");
}

#[test]
fn only_the_chosen_tab_is_in_the_tab_order_and_its_panel_shown() {
    let html = html(|| {
        let value = RwSignal::new(String::from("a"));
        view! {
            <Tabs id="t" label="Parts" tabs=vec![("a", "A"), ("b", "B")] value/>
            <TabPanel tabs="t" tab="b" value>"B"</TabPanel>
        }
    });
    assert!(html.contains(r#"aria-selected="true" aria-controls="t-a-panel" tabindex="0""#), "{html}");
    assert!(html.contains(r#"tabindex="-1""#) && html.contains("hidden"), "{html}");
}

#[test]
fn error_state_quotes_the_request() {
    let html = html(|| view! { <ErrorState title="No list" why="Timeout" request_id="01jd"/> });
    assert!(html.contains(r#"role="alert""#) && html.contains("01jd"), "{html}");
}
