package web

// throttled is how many clients a throttle tells apart. It takes 512 KB.
const throttled = 1 << 16
