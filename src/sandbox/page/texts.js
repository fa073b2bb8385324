/** What the page says. Vietnamese first: `en` answers for nothing that `vi` does not have. */
const texts = {
  vi: {
    views: "Phần của trang",
    language: "Ngôn ngữ",
    people: "Mọi người",
    chat: "Trò chuyện",
    desk: "Bàn trực",
    userName: "Tên người dùng",
    add: "Thêm",
    addUser: "Thêm người",
    addGroup: "Thêm nhóm",
    groupName: "Tên nhóm",
    members: "Thành viên",
    createGroup: "Tạo nhóm",
    transcript: "Tin nhắn",
    writesAs: "Người viết",
    unheard: "Bot sẽ không nhận được tin này",
    stickers: "Nhãn dán",
    sendSticker: "Gửi nhãn dán",
    attachPicture: "Đính kèm ảnh từ máy",
    removePicture: "Bỏ ảnh",
    samplePicture: "Ảnh mẫu",
    sampleVoice: "Giọng nói mẫu",
    sampleFile: "Không hỗ trợ",
    write: "Soạn tin nhắn",
    writeTo: "Nhắn cho {name} với vai {writer}",
    send: "Gửi",
    pairing: "Chờ ghép nối",
    noPairing: "Không có ai đang chờ. Người mới nhắn tin lần đầu sẽ hiện ở đây.",
    expires: "Hết hạn lúc {at}",
    noGateway: "Không có gateway nào chạy cùng trang này.",
    approve: "Duyệt",
    decline: "Từ chối",
    approveWho: "Duyệt {name}",
    declineWho: "Từ chối {name}",
    transport: "Cách nhận tin",
    ready: "Sẵn sàng",
    notReady: "Chưa sẵn sàng",
    switching: "Đang chuyển…",
    webhookAt: "Webhook: {url}",
    delivered: "Lần giao gần nhất: {status} ({ms} ms)",
    undelivered: "không có trả lời",
    faults: "Sự cố",
    faultsNote: "Thử xem bot chịu được những gì.",
    faultLimit: "Lượt gửi kế tiếp: 429",
    faultDrop: "Lượt gửi kế tiếp: đứt sau khi nhận",
    faultDelay: "Mọi lượt gửi: chậm 5 giây",
    faultOther: "sự cố khác",
    faultsOff: "Tắt hết",
    faultsNone: "Không có sự cố nào",
    faultsSome: "Đang bật: {which}",
    direct: "Trò chuyện riêng với {bot}",
    group: "Nhóm: {members} và {bot}",
    empty: "Chưa có tin nhắn. Viết gì đó cho bot đi.",
    nobody: "Thêm một người ở bên trái để bắt đầu.",
    typing: "{name} đang soạn tin",
    bot: "Bot",
    photo: "Hình ảnh",
    photoFrom: "Hình ảnh của {name}",
    sticker: "Nhãn dán",
    voice: "Tin nhắn thoại",
    unsupported: "Tin nhắn không được hỗ trợ",
    unread: "{count} tin chưa đọc",
    today: "Hôm nay",
    connected: "Đã kết nối",
    reconnecting: "Mất kết nối. Đang thử lại…",
    failed: "Không làm được: {why}",
    tooBig: "Ảnh lớn hơn 5 MiB",
    notPicture: "Chỉ gửi được ảnh PNG, JPEG, GIF hoặc WebP"
  },
  en: {
    views: "Parts of the page",
    language: "Language",
    people: "People",
    chat: "Chat",
    desk: "Desk",
    userName: "User's name",
    add: "Add",
    addUser: "Add user",
    addGroup: "Add group",
    groupName: "Group's name",
    members: "Members",
    createGroup: "Create group",
    transcript: "Messages",
    writesAs: "Writes as",
    unheard: "The bot will not get this message",
    stickers: "Stickers",
    sendSticker: "Send a sticker",
    attachPicture: "Attach a picture from this computer",
    removePicture: "Remove the picture",
    samplePicture: "Sample picture",
    sampleVoice: "Sample voice",
    sampleFile: "Unsupported",
    write: "Write a message",
    writeTo: "Write to {name} as {writer}",
    send: "Send",
    pairing: "Waiting to pair",
    noPairing: "Nobody is waiting. Whoever writes for the first time shows up here.",
    expires: "Until {at}",
    noGateway: "No gateway runs with this page.",
    approve: "Approve",
    decline: "Decline",
    approveWho: "Approve {name}",
    declineWho: "Decline {name}",
    transport: "How the bot gets messages",
    ready: "Ready",
    notReady: "Not ready",
    switching: "Switching…",
    webhookAt: "Webhook: {url}",
    delivered: "Last delivery: {status} ({ms} ms)",
    undelivered: "no answer",
    faults: "Faults",
    faultsNote: "See what the bot can take.",
    faultLimit: "Next send: 429",
    faultDrop: "Next send: cut off once taken",
    faultDelay: "Every send: 5 s late",
    faultOther: "another fault",
    faultsOff: "All off",
    faultsNone: "No faults",
    faultsSome: "Active: {which}",
    direct: "Private chat with {bot}",
    group: "Group: {members} and {bot}",
    empty: "No messages yet. Write something to the bot.",
    nobody: "Add a user on the left to begin.",
    typing: "{name} is typing",
    bot: "Bot",
    photo: "Picture",
    photoFrom: "Picture from {name}",
    sticker: "Sticker",
    voice: "Voice message",
    unsupported: "Unsupported message",
    unread: "{count} unread",
    today: "Today",
    connected: "Connected",
    reconnecting: "Connection lost. Trying again…",
    failed: "That did not work: {why}",
    tooBig: "The picture is larger than 5 MiB",
    notPicture: "Only PNG, JPEG, GIF and WebP pictures can be sent"
  }
}

const key = "zalo-sandbox-language"

const remembered = () => {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

const preferred = () => (navigator.language.toLowerCase().startsWith("en") ? "en" : "vi")

let language = remembered() === "en" ? "en" : remembered() === "vi" ? "vi" : preferred()

export const locale = () => (language === "en" ? "en-GB" : "vi-VN")

/** A text with its `{names}` filled in. */
export const t = (name, values = {}) =>
  texts[language][name].replace(/\{(\w+)\}/g, (whole, field) => (field in values ? String(values[field]) : whole))

/** Writes the texts of everything that stands in `index.html`. */
export const translate = () => {
  document.documentElement.lang = language
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t)
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel))
    if (element.localName === "button") element.title = t(element.dataset.tLabel)
  }
  for (const element of document.querySelectorAll("[data-t-placeholder]")) {
    element.placeholder = t(element.dataset.tPlaceholder)
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language))
  }
}

export const speak = (chosen) => {
  language = chosen === "en" ? "en" : "vi"
  try {
    localStorage.setItem(key, language)
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  translate()
}
