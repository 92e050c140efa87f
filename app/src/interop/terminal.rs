//! `terminal.js`: xterm.js.

use js_sys::{Array, Function, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    /// The module.
    pub(crate) type TerminalModule;
    /// Draws a terminal into an empty element.
    #[wasm_bindgen(method)]
    pub(crate) fn mount(this: &TerminalModule, element: &HtmlElement, options: &Object) -> TerminalHandle;

    /// A terminal.
    #[derive(Clone)]
    pub(crate) type TerminalHandle;
    /// Draws bytes; `done` is called when they are on the screen.
    #[wasm_bindgen(method)]
    pub(crate) fn write(this: &TerminalHandle, bytes: &Uint8Array, done: &Function);
    /// Empties screen, scrollback and modes.
    #[wasm_bindgen(method)]
    pub(crate) fn reset(this: &TerminalHandle);
    /// Sets the size in cells.
    #[wasm_bindgen(method)]
    pub(crate) fn resize(this: &TerminalHandle, cols: u16, rows: u16);
    /// Follows the element's size, or leaves it to be set.
    #[wasm_bindgen(method, js_name = setAutofit)]
    pub(crate) fn set_autofit(this: &TerminalHandle, on: bool);
    /// Fits the size to the element and returns it.
    #[wasm_bindgen(method)]
    pub(crate) fn fit(this: &TerminalHandle) -> Object;
    /// The size in cells.
    #[wasm_bindgen(method)]
    pub(crate) fn size(this: &TerminalHandle) -> CellSize;
    /// Typed text, as UTF-8.
    #[wasm_bindgen(method, js_name = onData)]
    pub(crate) fn on_data(this: &TerminalHandle, callback: &Function);
    /// Mouse reports.
    #[wasm_bindgen(method, js_name = onBinary)]
    pub(crate) fn on_binary(this: &TerminalHandle, callback: &Function);
    /// The element's size gave another size in cells.
    #[wasm_bindgen(method, js_name = onResize)]
    pub(crate) fn on_resize(this: &TerminalHandle, callback: &Function);
    /// The program set a title.
    #[wasm_bindgen(method, js_name = onTitle)]
    pub(crate) fn on_title(this: &TerminalHandle, callback: &Function);
    /// A key event; answer true to keep it from the shell.
    #[wasm_bindgen(method, js_name = onShortcut)]
    pub(crate) fn on_shortcut(this: &TerminalHandle, callback: &Function);
    /// Ctrl or Alt of the key bar was used up.
    #[wasm_bindgen(method, js_name = onModifiersReleased)]
    pub(crate) fn on_modifiers_released(this: &TerminalHandle, callback: &Function);
    /// While muted nothing leaves: a snapshot may hold questions that were answered long ago.
    #[wasm_bindgen(method)]
    pub(crate) fn muted(this: &TerminalHandle, on: bool);
    /// Presses a key of the key bar.
    #[wasm_bindgen(method)]
    pub(crate) fn key(this: &TerminalHandle, name: &str);
    /// Holds Ctrl or Alt for the next key.
    #[wasm_bindgen(method, js_name = setModifiers)]
    pub(crate) fn set_modifiers(this: &TerminalHandle, ctrl: bool, alt: bool);
    /// Shows it with other settings.
    #[wasm_bindgen(method)]
    pub(crate) fn configure(this: &TerminalHandle, settings: &Object);
    /// The bell rang.
    #[wasm_bindgen(method, js_name = onBell)]
    pub(crate) fn on_bell(this: &TerminalHandle, callback: &Function);
    /// Searches the scrollback; resolves with what is wrong with the pattern, or an empty text.
    #[wasm_bindgen(method)]
    pub(crate) fn find(this: &TerminalHandle, term: &str, how: &Object, step: &str) -> Promise;
    /// The index of the match in view (−1 beyond those counted), and how many there are.
    #[wasm_bindgen(method, js_name = onFound)]
    pub(crate) fn on_found(this: &TerminalHandle, callback: &Function);
    /// Takes the marks of a search away.
    #[wasm_bindgen(method, js_name = endFind)]
    pub(crate) fn end_find(this: &TerminalHandle);
    /// Something must be answered: its kind and two texts about it.
    #[wasm_bindgen(method, js_name = onAsk)]
    pub(crate) fn on_ask(this: &TerminalHandle, callback: &Function);
    /// Answers the newest question of a kind. Only within a press, which lets the browser copy and open.
    #[wasm_bindgen(method)]
    pub(crate) fn answer(this: &TerminalHandle, kind: &str, yes: bool);
    /// Something to tell: `ok` or `warn`, and the words.
    #[wasm_bindgen(method, js_name = onTell)]
    pub(crate) fn on_tell(this: &TerminalHandle, callback: &Function);
    /// The command that is shown, whenever that changes: its line, a word for how it went (empty for none), the same in
    /// words, and whether it was chosen.
    #[wasm_bindgen(method, js_name = onCommand)]
    pub(crate) fn on_command(this: &TerminalHandle, callback: &Function);
    /// A command has ended just now.
    #[wasm_bindgen(method, js_name = onCommandEnded)]
    pub(crate) fn on_command_ended(this: &TerminalHandle, callback: &Function);
    /// Goes to the previous (−1) or next (1) command; false when there is none.
    #[wasm_bindgen(method, js_name = jumpToCommand)]
    pub(crate) fn jump_to_command(this: &TerminalHandle, step: i32) -> bool;
    /// Chooses no command, and goes back to the prompt.
    #[wasm_bindgen(method, js_name = releaseCommand)]
    pub(crate) fn release_command(this: &TerminalHandle);
    /// What the command that is shown wrote, else the last one.
    #[wasm_bindgen(method, js_name = commandOutput)]
    pub(crate) fn command_output(this: &TerminalHandle) -> Option<String>;
    /// Where the shell says it is; empty when it does not say.
    #[wasm_bindgen(method, js_name = commandCwd)]
    pub(crate) fn command_cwd(this: &TerminalHandle) -> String;
    /// Types a line at the prompt, and runs it if wished. Why not: `busy`, `lines`, or an empty text.
    #[wasm_bindgen(method, js_name = typeLine)]
    pub(crate) fn type_line(this: &TerminalHandle, line: &str, run: bool) -> String;
    /// What may be suggested, the latest first: lines, and the directories they ran in.
    #[wasm_bindgen(method)]
    pub(crate) fn suggest(this: &TerminalHandle, lines: &Array, places: &Array);
    /// Takes the keyboard.
    #[wasm_bindgen(method)]
    pub(crate) fn focus(this: &TerminalHandle);
    /// Removes it.
    #[wasm_bindgen(method)]
    pub(crate) fn dispose(this: &TerminalHandle);

    /// A size in cells.
    pub(crate) type CellSize;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn cols(this: &CellSize) -> u16;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn rows(this: &CellSize) -> u16;
}
