package dcb

import (
	"reflect"
	"time"
)

// clone returns a deep copy of a value: whatever its slices, maps, pointers and interfaces hold
// is copied, too. Functions, channels and the keys of maps are the same in both. A pointer to an
// element of a slice points to a copy of its own afterwards, and not into the copied slice.
func clone[S any](value S) S {
	if shares(reflect.TypeFor[S]()) {
		copies{}.own(reflect.ValueOf(&value).Elem())
	}
	return value
}

// shares reports whether a copy of a value of the type may share memory with it.
func shares(t reflect.Type) bool {
	if t == reflect.TypeFor[*time.Location]() {
		return false // what a time points to never changes
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface:
		return true
	case reflect.Array:
		return shares(t.Elem())
	case reflect.Struct:
		for field := range t.Fields() {
			if shares(field.Type) {
				return true
			}
		}
	}
	return false
}

// copies holds a copy for each pointer that was met so far. So two pointers to one value still
// point to one, and a circle of pointers ends.
type copies map[pointerTo]reflect.Value

type pointerTo struct {
	address uintptr
	t       reflect.Type // a struct and its first field have one address
}

// own replaces everything that a variable shares by copies.
func (c copies) own(variable reflect.Value) {
	if !shares(variable.Type()) || variable.Kind() != reflect.Struct && variable.Kind() != reflect.Array && variable.IsNil() {
		return
	}
	switch variable.Kind() {
	case reflect.Struct:
		for _, field := range variable.Fields() {
			// By its address, for reflect does not set fields that are not exported.
			c.own(reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem())
		}
	case reflect.Array:
		c.ownElements(variable)
	case reflect.Slice:
		elements := reflect.MakeSlice(variable.Type(), variable.Len(), variable.Len())
		reflect.Copy(elements, variable)
		c.ownElements(elements)
		variable.Set(elements)
	case reflect.Map:
		entries := reflect.MakeMapWithSize(variable.Type(), variable.Len())
		for key, value := range variable.Seq2() {
			entries.SetMapIndex(key, c.ownCopy(value).Elem())
		}
		variable.Set(entries)
	case reflect.Pointer:
		at := pointerTo{variable.Pointer(), variable.Type()}
		if _, met := c[at]; !met {
			c[at] = reflect.New(variable.Type().Elem())
			c[at].Elem().Set(variable.Elem())
			c.own(c[at].Elem())
		}
		variable.Set(c[at])
	case reflect.Interface:
		variable.Set(c.ownCopy(variable.Elem()).Elem())
	}
}

func (c copies) ownElements(list reflect.Value) {
	if !shares(list.Type().Elem()) {
		return
	}
	for i := range list.Len() {
		c.own(list.Index(i))
	}
}

// ownCopy returns a pointer to a copy.
func (c copies) ownCopy(value reflect.Value) reflect.Value {
	variable := reflect.New(value.Type())
	variable.Elem().Set(value)
	c.own(variable.Elem())
	return variable
}
