// Package tour shows visitors around: a bar on every page says what to do next.
package tour
