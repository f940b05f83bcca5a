package dcb

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// A RenamedFact is a [Fact] whose type is stored under other names, too: those it had
// before, or one that it will have. Handlers, and so the conditions of decisions, look for
// all of its names. What is appended has the name that EventType returns.
//
// A process that does not know a name yet misses what others append under it, and its
// conditions would miss it, too. So a type is renamed in two steps. First every process learns
// the new name, as another one; when none of the old ones is left, EventType returns it.
//
// Data that was stored in another form is read by the type's UnmarshalJSON.
type RenamedFact interface {
	Fact
	OtherTypes() []string
}

// TypesOf returns all names under which events of these facts are stored, for a query.
func TypesOf(facts ...Fact) (names []string) {
	for _, fact := range facts {
		names = append(names, fact.EventType())
		if renamed, ok := fact.(RenamedFact); ok {
			names = append(names, renamed.OtherTypes()...)
		}
	}
	return names
}

// FactTypes are the types of facts that a program knows, by the names under which they are
// stored. A decision does not need them, because its handlers name their types. They
// are for code that follows the log and meets events of any type.
type FactTypes struct{ byName map[string]reflect.Type }

// NewFactTypes returns the types of these facts, which may be zero values:
//
//	var types = dcb.NewFactTypes(RoomOpened{}, SeatTaken{})
//
// It panics when one of them is a pointer, or when two have a name in common.
func NewFactTypes(facts ...Fact) FactTypes {
	types := FactTypes{map[string]reflect.Type{}}
	for _, fact := range facts {
		fact = noteOn(fact).Fact
		kind := reflect.TypeOf(fact)
		if kind.Kind() == reflect.Pointer {
			panic(fmt.Sprintf("dcb.NewFactTypes: %s is a pointer: a fact is the struct itself", kind))
		}
		for _, name := range TypesOf(fact) {
			if other, taken := types.byName[name]; taken {
				panic(fmt.Sprintf("dcb.NewFactTypes: %s and %s are both stored as %s", other, kind, name))
			}
			types.byName[name] = kind
		}
	}
	return types
}

// Decode returns the fact in the data of an event, as a value of its own type. It is nil when
// no fact has this type: a log may hold events of other programs, or of a newer version of this
// one. The error is that of package json.
func (t FactTypes) Decode(eventType string, data []byte) (Fact, error) {
	kind, known := t.byName[eventType]
	if !known {
		return nil, nil
	}
	fact := reflect.New(kind)
	if err := json.Unmarshal(data, fact.Interface()); err != nil {
		return nil, fmt.Errorf("decode %s: %w", eventType, err)
	}
	return fact.Elem().Interface().(Fact), nil
}
