package story

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest/literal"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// factsCode writes events as facts, with the helpers that the tests of package courses
// have: takes, leaves, waits, waitsNoLonger, promoted, answers, given, stored and sealedAs.
type factsCode struct {
	cmd     any           // the command that is tested
	usesDCB bool          // the code needs the package dcb
	usesCmd bool          // the code refers to the variable cmd
	sealed  []sealed.Text // the sealed names that the code has so far
	causes  []string      // Go for facts with their consequences, each for a variable; see apart
}

// A factCode is Go for a fact, or for a list of facts.
type factCode struct {
	code string
	list bool
	more dcb.Tags // beside those that the facts have by themselves
}

// happened writes the events that the attempt knew. A fact keeps its additional tags only if
// the boundary asks for them, as for the key of the same request.
func (c *factsCode) happened(events []dcb.Event, boundary dcb.Tags) []factCode {
	var list []factCode
	for _, e := range events {
		fact := c.fact(e.Type, e.Tags, e.Data)
		fact.more = tagsInside(fact.more, boundary)
		list = append(list, fact)
	}
	return c.tagged(list)
}

// tagsInside returns the tags that a boundary asks for. The key of a request keeps the
// fingerprint of its command beside it.
func tagsInside(tags, boundary dcb.Tags) dcb.Tags {
	asksFor := func(tag dcb.Tag) bool { return slices.Contains(boundary, tag) }
	ofRequest := slices.ContainsFunc(tags, func(tag dcb.Tag) bool { return courses.OfRequest(tag) && asksFor(tag) })
	return slices.DeleteFunc(slices.Clone(tags), func(tag dcb.Tag) bool {
		return !asksFor(tag) && (!ofRequest || !courses.IsAsked(tag))
	})
}

// wanted writes the events that the attempt wanted to append, each with its consequences.
// The first one carries the fingerprint of its command, even if an older version of the
// program did not store it.
func (c *factsCode) wanted(events []receipt.Event) []factCode {
	list := c.apart(events)
	if len(list) > 0 && slices.ContainsFunc(list[0].more, courses.OfRequest) && !slices.ContainsFunc(list[0].more, courses.IsAsked) {
		list[0].more = append(slices.Clip(list[0].more), courses.Asked(c.cmd))
	}
	return c.tagged(list)
}

// apart writes events whose consequences may stand apart from them, as those of a swap do: first
// what the student leaves and gets, and then who moves up. Such an event becomes a variable that
// has its consequences, too, and the list has the parts of it where they stand.
func (c *factsCode) apart(events []receipt.Event) (list []factCode) {
	families, family := familiesOf(events)
	written := map[int]int{} // how many events of each family
	for len(events) > 0 {
		of, n := family[0], 1
		for n < len(events) && family[n] == of {
			n++
		}
		if all := len(families[of]); n == all {
			list = append(list, c.caused(events[:n]))
		} else {
			part := c.fact(events[0].Type, events[0].Tags, events[0].Data)
			part.code, part.list = partOf(c.variableFor(families[of]), written[of], written[of]+n, all), true
			list = append(list, part)
		}
		written[of] += n
		events, family = events[n:], family[n:]
	}
	return list
}

// familiesOf returns the events that go back to the same event, with that event. It also returns
// of each event to which of these families it belongs.
func familiesOf(events []receipt.Event) (families [][]receipt.Event, family []int) {
	for i, e := range events {
		cause := slices.IndexFunc(events[:i], func(earlier receipt.Event) bool { return e.CausationID != "" && earlier.ID == e.CausationID })
		if cause < 0 {
			family, families = append(family, len(families)), append(families, nil)
		} else {
			family = append(family, family[cause])
		}
		families[family[i]] = append(families[family[i]], e)
	}
	return families, family
}

// variableFor returns the variable that has these events.
func (c *factsCode) variableFor(events []receipt.Event) string {
	code := c.caused(events).code
	n := slices.Index(c.causes, code)
	if n < 0 {
		n, c.causes = len(c.causes), append(c.causes, code)
	}
	return causeName(n)
}

// causeName is the name of a variable in the code.
func causeName(n int) string { return "cause" + strconv.Itoa(n+1) }

// partOf writes a part of a variable with so many facts.
func partOf(variable string, from, to, all int) string {
	begin, end := "", ""
	if from > 0 {
		begin = strconv.Itoa(from)
	}
	if to < all {
		end = strconv.Itoa(to)
	}
	return variable + "[" + begin + ":" + end + "]"
}

// followers counts the events after the first that it caused, directly or not.
func followers(events []receipt.Event) int {
	n := 1
	for n < len(events) && slices.ContainsFunc(events[:n], func(e receipt.Event) bool { return e.ID == events[n].CausationID }) {
		n++
	}
	return n - 1
}

// caused writes an event and its consequences.
func (c *factsCode) caused(events []receipt.Event) factCode {
	cause := c.fact(events[0].Type, events[0].Tags, events[0].Data)
	if len(events) == 1 {
		return cause
	}
	if seat, ok := promotion(events); ok {
		return factCode{fmt.Sprintf("promoted(%q, %q)", seat.Student, seat.Course), true, cause.more}
	}
	var consequences []factCode
	for rest := events[1:]; len(rest) > 0; {
		n := 1 + followers(rest)
		consequence := c.caused(rest[:n])
		consequence.more = nil // as the cause has them
		consequences = append(consequences, consequence)
		rest = rest[n:]
	}
	c.usesDCB = true
	arguments := append([]string{cause.code}, c.arguments(consequences)...)
	return factCode{"dcb." + inLine("Causing", arguments), true, cause.more}
}

// promotion returns the seat if the events are those of one student who moves up from the
// waitlist.
func promotion(events []receipt.Event) (seat courses.StudentSubscribedToCourse, ok bool) {
	if len(events) != 2 {
		return seat, false
	}
	first, _ := courses.Decode(events[0].Type, events[0].Data)
	second, _ := courses.Decode(events[1].Type, events[1].Data)
	seat, ok = first.(courses.StudentSubscribedToCourse)
	return seat, ok && second == courses.StudentLeftWaitlist{Student: seat.Student, Course: seat.Course}
}

// fact writes one event as a fact. If no fact of this version is stored like that, it writes
// the stored event.
func (c *factsCode) fact(eventType string, tags dcb.Tags, data []byte) factCode {
	fact, err := courses.Decode(eventType, data)
	if err != nil || fact == nil || slices.ContainsFunc(fact.Tags(), func(tag dcb.Tag) bool { return !slices.Contains(tags, tag) }) {
		c.usesDCB = true
		quoted := make([]string, len(tags))
		for i, tag := range tags {
			quoted[i] = strconv.Quote(string(tag))
		}
		return factCode{code: fmt.Sprintf("stored{Type: %q, Tagged: dcb.Tags{%s}, Data: []byte(%s)}", eventType, strings.Join(quoted, ", "), quotedData(data))}
	}
	more := slices.DeleteFunc(slices.Clone(tags), func(tag dcb.Tag) bool { return slices.Contains(fact.Tags(), tag) })
	return factCode{code: c.factLiteral(fact), more: more}
}

// quotedData writes data as a literal, between backquotes if it reads the same there.
func quotedData(data []byte) string {
	if strings.ContainsFunc(string(data), ui.IsTrick) {
		return strconv.Quote(string(data))
	}
	return fmt.Sprintf("%#q", data)
}

func (c *factsCode) factLiteral(fact dcb.Fact) string {
	switch e := fact.(type) {
	case courses.StudentSubscribedToCourse:
		return fmt.Sprintf("takes(%q, %q)", e.Student, e.Course)
	case courses.StudentUnsubscribedFromCourse:
		return fmt.Sprintf("leaves(%q, %q)", e.Student, e.Course)
	case courses.StudentJoinedWaitlist:
		return fmt.Sprintf("waits(%q, %q)", e.Student, e.Course)
	case courses.StudentLeftWaitlist:
		return fmt.Sprintf("waitsNoLonger(%q, %q)", e.Student, e.Course)
	default:
		return c.literal(fact)
	}
}

// sealedField finds a sealed name in a literal.
var sealedField = regexp.MustCompile(`(Name|NewName): "\{sealed:[A-Za-z0-9_-]+\}"`)

// literal writes a fact or a command. A sealed name becomes a call that says whose name it is,
// and equal names become equal calls. So a copied test has nobody's name in it.
func (c *factsCode) literal(value any) string {
	return sealedField.ReplaceAllStringFunc(literal.Unqualified(value), func(code string) string {
		field, quoted, _ := strings.Cut(code, ": ")
		name := sealed.Text(strings.Trim(quoted, `"`))
		if !name.IsSealed() {
			return code
		}
		n := slices.Index(c.sealed, name)
		if n < 0 {
			n, c.sealed = len(c.sealed), append(c.sealed, name)
		}
		student, _ := courses.StudentIn(name.Subject())
		return fmt.Sprintf("%s: sealedAs(%q, %q)", field, student, fmt.Sprint("name ", n+1))
	})
}

// tagged wraps facts that stand together and have the same additional tags. Facts that the
// command itself brought about become its answer.
func (c *factsCode) tagged(list []factCode) []factCode {
	var wrapped []factCode
	for len(list) > 0 {
		more := list[0].more
		isAnswer := slices.Contains(more, courses.Asked(c.cmd))
		if isAnswer { // only the first fact has the fingerprint
			more = slices.DeleteFunc(slices.Clone(more), courses.IsAsked)
		}
		n := 1
		for n < len(list) && slices.Equal(list[n].more, more) {
			n++
		}
		together := list[:n]
		list = list[n:]
		switch {
		case isAnswer:
			c.usesCmd = true
			arguments := append([]string{"cmd"}, c.arguments(together)...)
			wrapped = append(wrapped, factCode{code: inLine("answers", arguments), list: true})
		case len(more) == 0:
			wrapped = append(wrapped, together...)
		default:
			c.usesDCB = true
			arguments := []string{c.asList(together)}
			for _, tag := range more {
				arguments = append(arguments, strconv.Quote(string(tag)))
			}
			wrapped = append(wrapped, factCode{code: "dcb." + inLine("WithTags", arguments), list: true})
		}
	}
	return wrapped
}

// asList writes facts and lists of facts as one list.
func (c *factsCode) asList(facts []factCode) string {
	if len(facts) == 1 && facts[0].list {
		return facts[0].code
	}
	var lists, single []string
	add := func() {
		if len(single) > 0 {
			c.usesDCB = true
			lists, single = append(lists, "dcb."+inLine("Facts", single)), nil
		}
	}
	for _, fact := range facts {
		if fact.list {
			add()
			lists = append(lists, fact.code)
		} else {
			single = append(single, fact.code)
		}
	}
	add()
	if len(lists) == 1 {
		return lists[0]
	}
	return inLine("given", lists)
}

// arguments writes facts as the arguments of a function that takes any number of them.
func (c *factsCode) arguments(facts []factCode) []string {
	if slices.ContainsFunc(facts, func(f factCode) bool { return f.list }) {
		return []string{c.asList(facts) + "..."}
	}
	var single []string
	for _, fact := range facts {
		single = append(single, fact.code)
	}
	return single
}

// inLine writes a call in one line if it fits, else with an argument per line.
func inLine(function string, arguments []string) string {
	const longest = 100
	if line := function + "(" + strings.Join(arguments, ", ") + ")"; len(line) <= longest && !strings.Contains(line, "\n") {
		return line
	}
	return function + "(\n" + strings.Join(arguments, ",\n") + ",\n)"
}
