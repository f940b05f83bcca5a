package dcb

import "context"

type (
	correlationKey struct{}
	causationKey   struct{}
)

// WithCorrelationID returns a context whose appends mark their events as
// belonging together: to one request, one job, one conversation. The ID is text of at
// most 1,000 bytes.
func WithCorrelationID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, correlationKey{}, id)
}

// CorrelationID returns what [WithCorrelationID] put into the context, or "".
func CorrelationID(ctx context.Context) string {
	id, _ := ctx.Value(correlationKey{}).(string)
	return id
}

// WithCausationID returns a context whose appends name what made them happen,
// most often the ID of the event that they answer to.
func WithCausationID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, causationKey{}, id)
}

// CausationID returns what [WithCausationID] put into the context, or "".
func CausationID(ctx context.Context) string {
	id, _ := ctx.Value(causationKey{}).(string)
	return id
}
