package ui

// A Pager leads to the pages of a list around the one that is shown.
type Pager struct {
	Label          string // what it is a list of
	Previous, Next string // addresses, "" where there is nothing
	Back, On       string // the words for them
	Start          string // the address of the whole list's beginning
	Part           bool   // the address asks for a part of the list: a page, or what is found
}
