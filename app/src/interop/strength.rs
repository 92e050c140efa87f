//! `strength.js`: how hard a password is to guess.

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// The module.
    pub(crate) type StrengthModule;
    #[wasm_bindgen(method)]
    fn score(this: &StrengthModule, password: &str, inputs: Vec<String>) -> Strength;

    type Strength;
    #[wasm_bindgen(method, getter)]
    fn score(this: &Strength) -> u8;
    #[wasm_bindgen(method, getter)]
    fn warning(this: &Strength) -> String;
    #[wasm_bindgen(method, getter)]
    fn suggestions(this: &Strength) -> Vec<String>;
}

/// Score (0–4) and advice for a password.
///
/// # Errors
/// When the bundle cannot be loaded.
pub(crate) async fn judge(password: &str, about: Vec<String>) -> Result<(u8, String), JsValue> {
    let module: StrengthModule = super::import("strength").await?;
    let strength = module.score(password, about);
    let warning = strength.warning();
    let advice =
        if warning.is_empty() { strength.suggestions().into_iter().next().unwrap_or_default() } else { warning };
    Ok((strength.score().min(4), advice))
}
