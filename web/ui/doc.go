// Package ui has what every page is made of: words, icons, fields, links and lists.
//
// It knows nothing of courses, and nothing of requests: what it is given are plain strings
// and numbers.
package ui
