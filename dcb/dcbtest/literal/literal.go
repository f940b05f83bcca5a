// Package literal writes values as Go code that can be pasted into a test.
package literal

import (
	"cmp"
	"fmt"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Of writes a value, such as a fact or a command, as a Go literal on one line. It leaves out
// zero fields.
//
//	courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 2}
//
// The literal should compile where it is pasted. So types have the name of their package,
// except those that no other package can name: unexported types, and types of a test or a
// program. Only such types are written with their unexported fields. A value without a
// literal is nil, with its type in a comment: a function, a channel, a value of an unexported
// type of another package, and a pointer to a value that contains it.
func Of(value any) string { return write(value, true) }

// Unqualified is [Of] for a file that imports the package of the value's type with a dot.
func Unqualified(value any) string { return write(value, false) }

func write(value any, qualified bool) string {
	w := writer{qualified: qualified}
	return w.value(reflect.ValueOf(value), false)
}

// A writer writes one value.
type writer struct {
	qualified bool
	home      string    // the import path of the outermost type that has one
	around    []uintptr // the pointers to the values that contain the present one
}

// value writes v. known says that the type is known where v stands, so that a constant needs
// no conversion.
func (w *writer) value(v reflect.Value, known bool) string {
	switch v.Kind() {
	case reflect.Invalid:
		return "nil"
	case reflect.Interface:
		return w.value(v.Elem(), false)
	}
	t := v.Type()
	w.home = cmp.Or(w.home, t.PkgPath())
	if t.PkgPath() != "" && t.PkgPath() != w.home && !token.IsExported(t.Name()) {
		return "nil /* " + t.String() + " */"
	}
	switch v.Kind() {
	case reflect.String:
		return w.constant(v, strconv.Quote(v.String()), known)
	case reflect.Bool:
		return w.constant(v, strconv.FormatBool(v.Bool()), known)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return w.constant(v, strconv.FormatInt(v.Int(), 10), known)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return w.constant(v, strconv.FormatUint(v.Uint(), 10), known)
	case reflect.Float32, reflect.Float64:
		return w.constant(v, strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()), known)
	case reflect.Complex64, reflect.Complex128:
		return w.constant(v, fmt.Sprint(v.Complex()), known)
	case reflect.Struct:
		return w.structure(v)
	case reflect.Slice, reflect.Array:
		return w.list(v)
	case reflect.Map:
		return w.table(v)
	case reflect.Pointer:
		return w.pointer(v)
	default:
		return w.nothing(v)
	}
}

// constant writes a constant, converted to its type unless that is known.
func (w *writer) constant(v reflect.Value, text string, known bool) string {
	switch v.Type() {
	case reflect.TypeFor[string](), reflect.TypeFor[bool](), reflect.TypeFor[int]():
		return text
	}
	if known {
		return text
	}
	return w.typeName(v.Type()) + "(" + text + ")"
}

func (w *writer) structure(v reflect.Value) string {
	if !v.CanAddr() {
		addressable := reflect.New(v.Type()).Elem()
		addressable.Set(v)
		v = addressable
	}
	if at, ok := reflect.TypeAssert[time.Time](v); ok && !at.IsZero() {
		return date(at)
	}
	var fields []string
	for field, value := range v.Fields() {
		if !value.IsZero() && (field.IsExported() || !nameable(v.Type())) {
			// By its address, because reflect does not return the value of an unexported field.
			value = reflect.NewAt(field.Type, value.Addr().UnsafePointer()).Elem()
			fields = append(fields, field.Name+": "+w.value(value, true))
		}
	}
	return w.typeName(v.Type()) + "{" + strings.Join(fields, ", ") + "}"
}

func date(t time.Time) string {
	zone := "time.UTC"
	if t.Location() == time.Local {
		zone = "time.Local"
	} else if t.Location() != time.UTC {
		name, offset := t.Zone()
		zone = fmt.Sprintf("time.FixedZone(%q, %d)", name, offset)
	}
	return fmt.Sprintf("time.Date(%d, %d, %d, %d, %d, %d, %d, %s)",
		t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}

func (w *writer) list(v reflect.Value) string {
	isSlice := v.Kind() == reflect.Slice
	switch {
	case isSlice && v.IsNil():
		return "nil"
	case isSlice && v.Type().Elem().Kind() == reflect.Uint8:
		text := strconv.Quote(string(v.Bytes()))
		if strconv.CanBackquote(string(v.Bytes())) {
			text = "`" + string(v.Bytes()) + "`"
		}
		return w.typeName(v.Type()) + "(" + text + ")"
	}
	var elements []string
	for i := range v.Len() {
		elements = append(elements, w.value(v.Index(i), true))
	}
	return w.typeName(v.Type()) + "{" + strings.Join(elements, ", ") + "}"
}

func (w *writer) table(v reflect.Value) string {
	if v.IsNil() {
		return "nil"
	}
	var entries []string
	for key, value := range v.Seq2() {
		entries = append(entries, w.value(key, true)+": "+w.value(value, true))
	}
	slices.Sort(entries)
	return w.typeName(v.Type()) + "{" + strings.Join(entries, ", ") + "}"
}

func (w *writer) pointer(v reflect.Value) string {
	if v.IsNil() || slices.Contains(w.around, v.Pointer()) {
		return w.nothing(v)
	}
	w.around = append(w.around, v.Pointer())
	to := w.value(v.Elem(), false)
	w.around = w.around[:len(w.around)-1]
	switch {
	case strings.HasPrefix(to, "nil /*"):
		return to
	case strings.HasSuffix(to, "}"):
		return "&" + to
	}
	return "new(" + to + ")"
}

// nothing writes a value that has no literal.
func (w *writer) nothing(v reflect.Value) string {
	if v.IsNil() {
		return "nil"
	}
	return "nil /* " + w.typeName(v.Type()) + " */"
}

// typeName writes the name of a type where the value is pasted.
func (w *writer) typeName(t reflect.Type) string {
	own := t.PkgPath() == w.home && !w.qualified
	switch {
	case t == reflect.TypeFor[[]byte]():
		return "[]byte"
	case t.Name() == "" && t.Kind() == reflect.Slice:
		return "[]" + w.typeName(t.Elem())
	case t.Name() == "" && t.Kind() == reflect.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), w.typeName(t.Elem()))
	case t.Name() == "" && t.Kind() == reflect.Map:
		return "map[" + w.typeName(t.Key()) + "]" + w.typeName(t.Elem())
	case t.Name() == "" && t.Kind() == reflect.Pointer:
		return "*" + w.typeName(t.Elem())
	case t.Name() == "":
		return strings.ReplaceAll(t.String(), "interface {}", "any")
	case own, !nameable(t):
		return t.Name()
	default:
		return t.String()
	}
}

// nameable reports whether a type has a name that other packages can use.
func nameable(t reflect.Type) bool {
	return token.IsExported(t.Name()) && t.PkgPath() != "main" && !strings.HasSuffix(t.PkgPath(), "_test")
}
