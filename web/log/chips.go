package log

import (
	"slices"
	"strings"
	"unicode"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A tagChip is a tag of an event, with the address of all events that have the tag. It has no
// URL if the filter can't ask for the tag, or if it is a fingerprint that no other event has.
type tagChip struct{ Text, URL string }

func chipsOf(tags dcb.Tags) []tagChip {
	chips := make([]tagChip, len(tags))
	for i, tag := range tags {
		chips[i].Text = string(tag)
		if !courses.IsAsked(tag) && !strings.ContainsFunc(string(tag), unicode.IsSpace) && wrongWithTags(dcb.Tags{tag}) == "" {
			chips[i].URL = "/log?" + filter{tags: dcb.Tags{tag}}.address().Encode()
		}
	}
	return chips
}

// subjectsOf returns the tags of an event that say what it is about, without those of its request.
func subjectsOf(tags dcb.Tags) dcb.Tags {
	return slices.DeleteFunc(slices.Clone(tags), ofRequest)
}

// requestTagsOf returns the other tags.
func requestTagsOf(tags dcb.Tags) dcb.Tags {
	return slices.DeleteFunc(slices.Clone(tags), func(tag dcb.Tag) bool { return !ofRequest(tag) })
}

// ofRequest reports whether a tag is only there to recognise a request that comes again.
func ofRequest(tag dcb.Tag) bool { return courses.OfRequest(tag) || courses.IsAsked(tag) }
