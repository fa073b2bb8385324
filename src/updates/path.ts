const decoded = (path: string): string => {
  if (!path.includes("%")) return path
  try {
    return decodeURIComponent(path)
  } catch {
    // A stray % stands for itself.
    return path
  }
}

/**
 * The form in which webhook paths are compared: without query, percent-encoding, case and trailing slash
 * (`reference-behaviour.md` §1.8).
 */
export const comparablePath = (url: string): string => {
  const path = decoded(url.replace(/[?#].*$/s, ""))
    .toLowerCase()
    .replace(/\/+$/, "")
  return path.startsWith("/") ? path : `/${path}`
}
