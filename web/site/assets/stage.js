// The keys of the stage. Each leads where the link with that key leads; without this, the links do.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (event.target.closest("input, select, textarea, [contenteditable]")) return
  const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)
  if (!link) return
  event.preventDefault()
  link.click()
})
