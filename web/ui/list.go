package ui

// Orders are the ways in which a list can be sorted.
type Orders struct {
	Label          string // what the list has in it
	ByTime, ByName string // the addresses of the first page of the list
	Name           bool   // it is sorted by name
}

// A Pager leads from one page of a list to its neighbours.
type Pager struct {
	Label          string // what the list has in it
	Previous, Next string // the addresses of the neighbours, or ""
	Back, On       string // the words for these
	Start          string // the address of the first page of the whole list
	Part           bool   // the address asks for a later page, or for what a search finds
}
