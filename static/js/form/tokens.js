// The token against forged requests: what the cookie holds, and the page brought up to it after a new sign-in.
export const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

export const renewTokens = () => {
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token();
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token() }));
};
