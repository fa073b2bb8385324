/** A picture drawn here, so that there is one to send without looking for a file. */
export const samplePicture = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 480, height: 320 })
  const pen = canvas.getContext("2d")
  const sky = pen.createLinearGradient(0, 0, 0, 320)
  sky.addColorStop(0, "#0068ff")
  sky.addColorStop(0.7, "#ffd9a0")
  pen.fillStyle = sky
  pen.fillRect(0, 0, 480, 320)
  pen.fillStyle = "#fff4c2"
  pen.beginPath()
  pen.arc(340, 190, 42, 0, 2 * Math.PI)
  pen.fill()
  for (const [height, colour] of [
    [90, "#2f6f8f"],
    [50, "#1d4a5f"]
  ]) {
    pen.fillStyle = colour
    pen.beginPath()
    pen.moveTo(0, 320)
    for (let x = 0; x <= 480; x += 8) pen.lineTo(x, 320 - height - 30 * Math.sin(x / (60 + height)))
    pen.lineTo(480, 320)
    pen.fill()
  }
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85))
  return new File([blob], "sample.jpg", { type: "image/jpeg" })
}

/** A sound that this server has, by its whole address: a bot gets it and may fetch it. */
export const sampleVoice = () => new URL("/sandbox/assets/voice.wav", location.href).href
