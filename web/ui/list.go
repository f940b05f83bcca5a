package ui

// A Pager leads from one page of a list to its neighbours.
type Pager struct {
	Label          string // what the list has in it
	Previous, Next string // the addresses of the neighbours, or ""
	Back, On       string // the words for these
	Start          string // the address of the first page of the whole list
	Part           bool   // the address asks for a later page, or for what a search finds
}
