// Package ui has the parts that every page is made of: words, icons, fields, links and lists.
//
// It knows nothing about courses or requests. It works on plain strings and numbers.
package ui
