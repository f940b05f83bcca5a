package cycles_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	. "go-crablet/internal/cycles"
)

// txn reads a history of one line: "A: read x[a b] append x:c" with the time at which it began and
// ended, if that matters: "A@1-2: ...". A "!" behind the name means failed, and a "?" unknown.
func txn(t *testing.T, line string) (x Txn) {
	t.Helper()
	name, rest, found := strings.Cut(line, ":")
	require.True(t, found)
	x.Ended = 100
	if at, times, timed := strings.Cut(name, "@"); timed {
		name = at
		_, err := fmt.Sscanf(times, "%d-%d", &x.Began, &x.Ended)
		require.NoError(t, err)
	}
	switch name[len(name)-1] {
	case '!':
		x.Outcome = Failed
	case '?':
		x.Outcome = Unknown
	}
	x.Name = strings.Trim(name, "!?")
	for part := range strings.FieldsSeq(rest) {
		if list, element, appends := strings.Cut(part, "+"); appends {
			x.Appends = append(x.Appends, Append{List: list, Element: element})
			continue
		}
		list, elements, _ := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		x.Reads = append(x.Reads, Read{List: list, Elements: strings.FieldsFunc(elements, func(c rune) bool { return c == ',' })})
	}
	return x
}

func TestFind(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		history string
		want    string // the beginning of the one anomaly
	}{
		"decisions one after the other":                        {"A: x[] x+a | B: x[a] x+b | C: x[a,b]", ""},
		"strangers at the same time":                           {"A: x[] x+a | B: y[] y+b | C: x[a] y[b]", ""},
		"an unknown outcome that is stored":                    {"A?: x+a | B: x[a]", ""},
		"an unknown outcome that is not":                       {"A?: x+a | B: x[]", ""},
		"G0, two orders":                                       {"A: x+a y+b | B: x+c y+d | C: x[a,c] y[d,b]", "G0: A -ww-> B -ww-> A"},
		"G1a, what had failed":                                 {"A!: x+a | B: x[a]", "G1a: list x has a, and A"},
		"G1b, the half of an append":                           {"A: x+a x+b | B: x[a] | C: x[a,b]", "G1b: B read a and not b, which A"},
		"G1c, each has read the other":                         {"A: x[b] y+a | B: y[a] x+b", "G1c: A -wr-> B -wr-> A"},
		"G-single, a lost update":                              {"A: x[] x+a | B: x[] x+b | C: x[a,b]", "G-single: B -rw-> A -ww-> B"},
		"G2, a lost update of which one append was never read": {"A: x[] x+a | B: x[] x+b | C: x[a]", "G2: A -wr-> C -rw-> B -rw-> A"},
		"G-single, a skewed read":                              {"A: x+a y+b | B: x[a] y[] | C: y[b]", "G-single: B -rw-> A -wr-> B"},
		"G2, a write skew":                                     {"A: x[] y+a | B: y[] x+b | C: x[b] y[a]", "G2: A -rw-> B -rw-> A"},
		"a read of the past":                                   {"A@1-2: x+a | B@3-4: x[] | C@5-6: x[a]", "realtime: "},
		"a read of the present":                                {"A@1-4: x+a | B@3-4: x[] | C@5-6: x[a]", ""},
		"an append that got lost":                              {"A@1-2: x+a | B@3-4: x[]", "realtime: "},
		"two orders of one list":                               {"A: x+a | B: x+b | C: x[a,b] | D: x[b]", "incompatible order: D"},
		"an element out of nowhere":                            {"A: x[a]", "foreign element: list x has a"},
		"an element that is there twice":                       {"A: x+a | B: x[a,a]", "foreign element: list x has a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var history []Txn
			for line := range strings.SplitSeq(test.history, " | ") {
				history = append(history, txn(t, line))
			}
			found := Find(history)
			if test.want == "" {
				require.Empty(t, found)
				return
			}
			require.NotEmpty(t, found)
			require.True(t, strings.HasPrefix(found[0].String(), test.want), "%v", found)
		})
	}
}

// history makes a history in which everything is right: n decisions of eight callers, one after
// the other in some order that lies between their beginnings and their ends.
func history(n int) (txns []Txn) {
	random := rand.New(rand.NewPCG(1, 2))
	lists := map[string][]string{}
	for i := range n {
		at := int64(i) * 10
		x := Txn{Name: fmt.Sprint("T", i), Began: at - random.Int64N(40), Ended: at + 1 + random.Int64N(40)}
		list := fmt.Sprint(i/100, "-", random.IntN(4))
		read := lists[list]
		x.Reads = []Read{{List: list, Elements: slices.Clip(read)}}
		if random.IntN(2) == 0 {
			x.Appends = []Append{{List: list, Element: x.Name}}
			lists[list] = append(lists[list], x.Name)
		}
		txns = append(txns, x)
	}
	return txns
}

func TestALongHistoryThatIsRightHasNoCycle(t *testing.T) {
	t.Parallel()
	txns := history(20_000)
	require.Empty(t, Find(txns))

	// One reader of the past is found among all of them.
	for i := range txns {
		x := &txns[i]
		if n := len(x.Reads[0].Elements); i > 15_000 && n > 5 {
			x.Reads[0].Elements = x.Reads[0].Elements[:n-3]
			break
		}
	}
	found := Find(txns)
	require.Len(t, found, 1)
	t.Log(found[0])
}

// The same histories, judged by the search for a cycle and by the search for an order.
func BenchmarkHistory(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000, 100_000, 1_000_000} {
		txns := history(n)
		b.Run(fmt.Sprintf("cycles/%d", n), func(b *testing.B) {
			for b.Loop() {
				require.Empty(b, Find(txns))
			}
		})
		if n > 10_000 {
			continue
		}
		b.Run(fmt.Sprintf("porcupine/%d", n), func(b *testing.B) {
			for b.Loop() {
				got := porcupine.CheckOperationsTimeout(ordered, operations(txns), time.Minute)
				require.NotEqual(b, porcupine.Illegal, got)
				if got == porcupine.Unknown {
					b.ReportMetric(1, "gave-up")
				}
			}
		})
	}
}

func operations(txns []Txn) (ops []porcupine.Operation) {
	for i, x := range txns {
		ops = append(ops, porcupine.Operation{ClientId: i, Input: x, Output: nil, Call: x.Began, Return: x.Ended})
	}
	return ops
}

// ordered is all lists, as one transaction at a time would see them.
var ordered = porcupine.Model{
	Init: func() any { return map[string]string{} },
	Step: func(state, input, _ any) (bool, any) {
		lists, x := state.(map[string]string), input.(Txn)
		for _, r := range x.Reads {
			if lists[r.List] != strings.Join(r.Elements, ",") {
				return false, state
			}
		}
		after := maps.Clone(lists)
		for _, a := range x.Appends {
			after[a.List] = strings.TrimPrefix(after[a.List]+","+a.Element, ",")
		}
		return true, after
	},
	Equal: func(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) },
}
