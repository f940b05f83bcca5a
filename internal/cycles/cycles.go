// Package cycles tells whether one order explains what many transactions on lists have read and
// appended, as Elle does (Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from
// Experimental Observations").
//
// Each element is appended once, and a read returns a whole list. So the longest read of a list
// tells in which order its elements came, and each read tells which transactions it has seen and
// which it has not. That gives three kinds of arrows between transactions:
//
//	ww  the second appended to a list right after the first
//	wr  the second read what the first appended
//	rw  the second appended what the first had not read yet
//
// A fourth kind comes from the clock: the first had ended before the second began. In an order
// that explains everything, all arrows point forwards. So a cycle is the proof that there is none.
// A search for an order has to try very many orders; a search for a cycle takes one walk.
package cycles

import (
	"fmt"
	"slices"
)

// A Txn is a transaction: it read lists, and then appended to lists, as one step.
type Txn struct {
	Name    string
	Reads   []Read
	Appends []Append
	Began   int64 // by a clock that all transactions share
	Ended   int64 // if it is done
	Outcome Outcome
}

// A Read is what a transaction has read of a list, before its own appends.
type Read struct {
	List     string
	Elements []string
}

// An Append adds an element to a list. No other append adds the same one.
type Append struct{ List, Element string }

// An Outcome is what the caller of a transaction was told.
type Outcome int

// The outcomes. Only the reads of a transaction that is done count.
const (
	Done    Outcome = iota
	Failed          // nothing is stored
	Unknown         // it may be stored
)

// A Kind is a kind of anomaly.
type Kind string

// The kinds of anomalies. The names are those of Adya, as Elle uses them.
const (
	G0       Kind = "G0"                 // a cycle of ww arrows alone
	G1a      Kind = "G1a"                // a read of what a failed transaction appended
	G1b      Kind = "G1b"                // a read of a part of what a transaction appended
	G1c      Kind = "G1c"                // a cycle of ww and wr arrows
	GSingle  Kind = "G-single"           // a cycle with one rw arrow: a lost update, or a skewed read
	G2       Kind = "G2"                 // a cycle with several rw arrows: a write skew
	Realtime Kind = "realtime"           // a cycle only by the clock: a read of the past
	Order    Kind = "incompatible order" // two reads of a list of which neither begins with the other
	Lost     Kind = "lost append"        // an element that was appended, and that a later read has not
	Foreign  Kind = "foreign element"    // an element that nobody appended, or that is there twice
)

// An Anomaly is something that no order explains.
type Anomaly struct {
	Kind Kind
	Says string
}

// String returns the anomaly in one line.
func (a Anomaly) String() string { return string(a.Kind) + ": " + a.Says }

// Find returns the anomalies of a history: at most one cycle for each group of transactions that
// are in cycles with each other.
func Find(txns []Txn) []Anomaly {
	h := &history{txns: txns, by: map[string]int{}, place: map[string]int{}, longest: map[string][]string{}, read: map[string]int{}}
	h.index()
	h.order()
	if len(h.found) > 0 { // without an order of each list there are no arrows
		return h.found
	}
	h.draw()
	for _, group := range h.groups() {
		h.found = append(h.found, h.explain(group))
	}
	return h.found
}

type history struct {
	txns    []Txn
	by      map[string]int      // the transaction that appended an element
	place   map[string]int      // the place of an element in its list
	longest map[string][]string // read of each list
	read    map[string]int      // the transaction of the longest read
	arrows  [][]arrow           // from each transaction, and from each moment behind them
	found   []Anomaly
}

func (h *history) find(kind Kind, format string, args ...any) {
	h.found = append(h.found, Anomaly{kind, fmt.Sprintf(format, args...)})
}

func (h *history) index() {
	for i, txn := range h.txns {
		for _, a := range txn.Appends {
			if _, twice := h.by[a.Element]; twice {
				h.find(Foreign, "%s is appended twice", a.Element)
			}
			h.by[a.Element] = i
		}
	}
}

// order finds the order of each list, and checks that all reads agree with it.
func (h *history) order() {
	for i, txn := range h.txns {
		for _, r := range txn.Reads {
			if txn.Outcome == Done && (len(r.Elements) > len(h.longest[r.List]) || h.longest[r.List] == nil) {
				h.longest[r.List], h.read[r.List] = r.Elements, i
			}
		}
	}
	for list, elements := range h.longest {
		h.check(list, elements)
	}
	for _, txn := range h.txns {
		for _, r := range txn.Reads {
			if txn.Outcome == Done {
				h.compare(txn, r)
			}
		}
	}
}

func (h *history) check(list string, elements []string) {
	for place, element := range elements {
		by, known := h.by[element]
		_, twice := h.place[element]
		switch {
		case !known || twice:
			h.find(Foreign, "list %s has %s, which nobody appended, or has it twice", list, element)
		case h.txns[by].Outcome == Failed:
			h.find(G1a, "list %s has %s, and %s was told that nothing is stored", list, element, h.txns[by].Name)
		}
		h.place[element] = place
	}
}

// compare compares a read with the longest read of the same list.
func (h *history) compare(txn Txn, r Read) {
	longest := h.longest[r.List]
	if !slices.Equal(r.Elements, longest[:len(r.Elements)]) {
		h.find(Order, "%s read a list %s that %s does not begin with", txn.Name, r.List, h.txns[h.read[r.List]].Name)
		return
	}
	if n := len(r.Elements); n > 0 && n < len(longest) && h.by[longest[n-1]] == h.by[longest[n]] {
		h.find(G1b, "%s read %s and not %s, which %s appended at once", txn.Name, longest[n-1], longest[n], h.txns[h.by[longest[n]]].Name)
	}
}
