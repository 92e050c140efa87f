// Before first paint: the theme and the rail as this browser left them. A classic script in <head>, so that
// nothing is drawn in the wrong colours. window.novaTheme.set("light" | "dark" | "system") changes it later.
(function () {
  var root = document.documentElement;
  var dark = matchMedia("(prefers-color-scheme: dark)");
  function read(key) {
    try { return localStorage.getItem(key); } catch (_) { return null; }
  }
  function choice() {
    var stored = read("nova-theme");
    return stored === "light" || stored === "dark" ? stored : "system";
  }
  function apply() {
    var wanted = choice();
    root.dataset.theme = wanted === "system" ? (dark.matches ? "dark" : "light") : wanted;
  }
  apply();
  if (read("nova-rail") === "collapsed") root.dataset.rail = "collapsed";
  dark.addEventListener("change", apply);
  addEventListener("storage", function (event) {
    if (event.key === "nova-theme") apply();
  });
  window.novaTheme = {
    get: choice,
    set: function (value) {
      try { localStorage.setItem("nova-theme", value); } catch (_) { /* private mode: until the page goes */ }
      if (value === "light" || value === "dark") root.dataset.theme = value;
      else apply();
    },
  };
})();
