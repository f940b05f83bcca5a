package site

import (
	"context"

	"go-crablet/domain/courses"
)

// Names are sealed in all that is stored: events, receipts and their titles. Only the read
// model has opened ones, for search. So a page opens what is sealed in it as the last thing
// that is done to it, and no view and no template has to.

// OpenNames opens the names that are sealed in a text, and escapes each as the text around it
// asks for. It takes a round trip if there is any.
func (s *Site) OpenNames(ctx context.Context, text []byte, escape func(string) string) ([]byte, error) {
	return s.Keys.OpenIn(ctx, text, func(opened string, err error) string {
		return escape(courses.ShownName(opened, err))
	})
}
