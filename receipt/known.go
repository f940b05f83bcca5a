package receipt

import (
	"fmt"
	"reflect"
)

// Known is one thing that a decision knew: a field of its state.
type Known struct {
	Name  string `json:"name"`
	Value string `json:"value"` // "" for a list
	// Items are the elements of a list, each with its fields. An element that is not a struct
	// is one Known without a name. Items is nil if the field is not a list.
	Items [][]Known `json:"items,omitzero"`
}

// knowledge lists the fields of a decision's state, also those that are not exported. A
// state that is not a struct is one Known, called "state".
func knowledge(state any) []Known {
	if v := reflect.ValueOf(state); v.Kind() == reflect.Struct {
		return fields(v)
	}
	if state == nil {
		return nil
	}
	return []Known{known("state", reflect.ValueOf(state))}
}

func fields(structure reflect.Value) []Known {
	var list []Known
	for i := range structure.NumField() {
		field := structure.Type().Field(i)
		if field.Anonymous && field.Type.Kind() == reflect.Struct {
			list = append(list, fields(structure.Field(i))...) // they are read as fields of the state itself
			continue
		}
		list = append(list, known(field.Name, structure.Field(i)))
	}
	return list
}

func known(name string, v reflect.Value) Known {
	for (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && !v.IsNil() {
		v = v.Elem() // an address means nothing to a reader
	}
	if v.Kind() != reflect.Slice {
		return Known{Name: name, Value: fmt.Sprint(v)}
	}
	k := Known{Name: name, Items: make([][]Known, v.Len())}
	for i := range k.Items {
		if element := v.Index(i); element.Kind() == reflect.Struct {
			k.Items[i] = fields(element)
		} else {
			k.Items[i] = []Known{known("", element)}
		}
	}
	return k
}
