/* Asks the browser for a passkey: what the page offers goes in, what the device answers goes out with the form. The server checks everything;
   without this file, or in a browser that knows no passkeys, the button stays hidden and the code is typed. */
(function () {
  "use strict";

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (sign) { return sign.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function known(list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }

  function options(form) {
    var asked = JSON.parse(form.getAttribute("data-options"));
    asked.challenge = bytes(asked.challenge);
    if (asked.user) asked.user.id = bytes(asked.user.id);
    if (asked.excludeCredentials) asked.excludeCredentials = known(asked.excludeCredentials);
    if (asked.allowCredentials) asked.allowCredentials = known(asked.allowCredentials);
    return { publicKey: asked };
  }

  function answer(credential) {
    var said = { clientDataJSON: text(credential.response.clientDataJSON) };
    if (credential.response.attestationObject) {
      said.attestationObject = text(credential.response.attestationObject);
    } else {
      said.authenticatorData = text(credential.response.authenticatorData);
      said.signature = text(credential.response.signature);
      if (credential.response.userHandle) said.userHandle = text(credential.response.userHandle);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: said,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }

  function sentence(error) {
    if (error.name === "InvalidStateError") return "这个通行密钥已经登记过。";
    if (error.name === "SecurityError") return "当前网址不能使用通行密钥，请换用动态口令，并告诉市网信办。";
    return "没有完成，请按浏览器的提示再试一次。";
  }

  if (!window.PublicKeyCredential || !navigator.credentials) return;
  Array.prototype.forEach.call(document.querySelectorAll("form[data-passkey]"), function (form) {
    var press = form.querySelector("[data-passkey-press]");
    var said = form.querySelector("[data-passkey-said]");
    press.hidden = false;
    press.addEventListener("click", function () {
      if (!form.reportValidity()) return;
      press.disabled = true;
      said.hidden = true;
      navigator.credentials[form.getAttribute("data-passkey")](options(form)).then(function (credential) {
        form.querySelector("[name=answer]").value = answer(credential);
        form.submit();
      }).catch(function (error) {
        press.disabled = false;
        said.textContent = sentence(error);
        said.hidden = false;
      });
    });
  });
})();
