/** Pictures: shown before they are sent, and sent with their progress, which fetch does not tell. */

/** @param {File} file  @returns {Promise<string>} an address the page may show: our policy admits data:, not blob: */
export function preview(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}

/**
 * @param {string} method @param {string} path @param {File=} file
 * @param {((percent: number) => void)=} told
 * @returns {Promise<{status: number, text: string}>} rejected only where the server cannot be reached
 */
export function send(method, path, file, told) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.setRequestHeader("accept", "application/json");
    if (told) request.upload.onprogress = (event) => event.lengthComputable && told((100 * event.loaded) / event.total);
    request.onload = () => done({ status: request.status, text: request.responseText });
    request.onerror = () => failed(new Error("unreachable"));
    request.send(file ?? null);
  });
}
