/* Reading a code by the camera of the device.  Nothing of the picture is sent: only what was read goes into the field. */
"use strict";

const camera = document.querySelector("[data-camera]");
const [start, stop, says, view] = ["[data-camera-start]", "[data-camera-stop]", "[data-camera-says]", "video"].map(
  (part) => camera.querySelector(part),
);
const PAUSE = 120;
let stream = null;

function tell(what) {
  says.textContent = what ? says.dataset[what] : "";
}

function end() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  view.srcObject = null;
  view.hidden = stop.hidden = true;
  start.hidden = false;
}

async function look() {
  const canvas = document.createElement("canvas");
  const sheet = canvas.getContext("2d", { willReadFrequently: true });
  while (stream) {
    if (view.videoWidth) {
      [canvas.width, canvas.height] = [view.videoWidth, view.videoHeight];
      sheet.drawImage(view, 0, 0);
      const picture = sheet.getImageData(0, 0, canvas.width, canvas.height);
      const asked = { formats: ["DataMatrix", "QRCode", "Code128", "Code39", "EAN13", "ITF"], maxNumberOfSymbols: 1, textMode: "Plain" };
      const [found] = await ZXingWASM.readBarcodes(picture, asked);
      if (found?.isValid && stream) return found;
    }
    await new Promise((again) => setTimeout(again, PAUSE));
  }
  return null;
}

async function read() {
  start.hidden = true;
  try {
    const wanted = { video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false };
    stream = await navigator.mediaDevices.getUserMedia(wanted);
  } catch {
    end();
    return tell("refused");
  }
  view.srcObject = stream;
  view.hidden = stop.hidden = false;
  tell("looking");
  try {
    await view.play();
    await ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => camera.dataset.module }, fireImmediately: true });
    const found = await look();
    end();
    tell("");
    if (!found) return;
    const field = document.getElementById("scan");
    field.value = found.symbologyIdentifier + found.text;
    field.form.requestSubmit();
  } catch {
    end();
    tell("broken");
  }
}

if (navigator.mediaDevices?.getUserMedia) {
  camera.hidden = false;
  start.addEventListener("click", read);
  stop.addEventListener("click", () => {
    end();
    tell("");
  });
  window.addEventListener("pagehide", end);
}
