// The only script of the console: buttons with a time move the player there, or both players to a pair of times. It plays nothing
// by itself.
"use strict";
const film = (sha256) =>
  Array.from(document.querySelectorAll("video[data-sha256]")).find((video) => video.dataset.sha256 === sha256);
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.seek");
  if (!button) return;
  const { player: name, playerSha256, seek, besideSha256, besideSeek } = button.dataset;
  const beside = besideSha256 ? film(besideSha256) : undefined;
  if (beside) beside.currentTime = Number(besideSeek);
  const player = playerSha256 ? film(playerSha256) : document.getElementById(name);
  if (!player) return;
  player.currentTime = Number(seek);
  player.scrollIntoView({ block: "nearest" });
  player.focus({ preventScroll: true });
});
