package dcb

import (
	"context"
	"encoding/json"
	"maps"
)

type (
	correlationKey struct{}
	causationKey   struct{}
	metadataKey    struct{}
	commandKey     struct{}
)

// WithCommandName returns a context whose decisions are known by a name to whoever counts them.
// It is the name of a kind of command, such as the name of its type: there are few of them.
func WithCommandName(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, commandKey{}, name)
}

// CommandName returns what [WithCommandName] put into the context, or "".
func CommandName(ctx context.Context) string {
	name, _ := ctx.Value(commandKey{}).(string)
	return name
}

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

// WithCausationID returns a context whose appends name their cause, most often the ID of
// the event that they answer.
func WithCausationID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, causationKey{}, id)
}

// CausationID returns what [WithCausationID] put into the context, or "".
func CausationID(ctx context.Context) string {
	id, _ := ctx.Value(causationKey{}).(string)
	return id
}

// WithMetadata returns a context whose appends note one more thing about their events: who asked
// for them, for example, or in which trace. It is for people and for programs that follow the
// log. No query looks at it, and no rule should. A key must not be empty; keys and values of one
// append are text of at most 4,000 bytes together.
func WithMetadata(ctx context.Context, key, value string) context.Context {
	noted := Metadata(ctx)
	if noted == nil {
		noted = map[string]string{}
	}
	noted[key] = value
	return context.WithValue(ctx, metadataKey{}, noted)
}

// Metadata returns what [WithMetadata] put into the context, or nil. The map is the caller's.
func Metadata(ctx context.Context) map[string]string {
	noted, _ := ctx.Value(metadataKey{}).(map[string]string)
	return maps.Clone(noted)
}

// metadataText writes metadata as JSON; without metadata, the text is empty.
func metadataText(metadata map[string]string) string {
	if len(metadata) == 0 {
		return ""
	}
	text, _ := json.Marshal(metadata) // texts can be written
	return string(text)
}

// metadataSize returns the bytes of keys and values.
func metadataSize(metadata map[string]string) (bytes int) {
	for key, value := range metadata {
		bytes += len(key) + len(value)
	}
	return bytes
}
