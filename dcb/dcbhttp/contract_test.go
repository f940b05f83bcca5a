package dcbhttp_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/dcbhttp"
)

// A contract is a document in OpenAPI that is compared with what the handlers do.
type contract struct{ *openapi3.T }

// served is the document that the API serves. Every answer that a test gets is compared with it.
var served = sync.OnceValues(func() (contract, error) { return contractOf(dcbhttp.OpenAPI()) })

func contractOf(document []byte) (contract, error) {
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(document)
	if err != nil {
		return contract{}, err
	}
	return contract{doc}, doc.Validate(loader.Context)
}

// An exchange is a request and its answer.
type exchange struct {
	method, path string
	parameters   url.Values  // those of the address
	headers      http.Header // of the request
	body         string
	status       int
	answerHeader http.Header
	answer       string
}

func exchangeOf(r *http.Request, body string, w *httptest.ResponseRecorder) exchange {
	return exchange{r.Method, r.URL.Path, r.URL.Query(), r.Header, body, w.Code, w.Result().Header, w.Body.String()}
}

// A finding collects what an exchange shows of the document, and how it differs from it.
type finding struct {
	shown   map[string]bool // nil if nobody asks for it
	differs []string
}

// show notes that an exchange has shown something of the document.
func (f *finding) show(what string) {
	if f.shown != nil {
		f.shown[what] = true
	}
}

func (f *finding) differ(format string, args ...any) {
	f.differs = append(f.differs, fmt.Sprintf(format, args...))
}

// isAsDocumented compares an exchange with the document that is served.
func isAsDocumented(t tester, x exchange) {
	t.Helper()
	contract, err := served()
	require.NoError(t, err)
	found := &finding{}
	contract.compare(x, found)
	require.Empty(t, found.differs)
}

// compare compares an exchange with the document.
func (c contract) compare(x exchange, found *finding) {
	name := x.method + " " + x.path
	if x.method == http.MethodHead {
		x.method = http.MethodGet
	}
	item := c.Paths.Value(x.path)
	if item == nil || item.GetOperation(x.method) == nil {
		c.compareElsewhere(x, item != nil, found)
		return
	}
	operation := item.GetOperation(x.method)
	status := fmt.Sprintf("%s %s %d", x.method, x.path, x.status)
	response := operation.Responses.Value(strconv.Itoa(x.status))
	if response == nil {
		found.differ("%s answers %d, and the document does not say so", name, x.status)
		return
	}
	found.show(status)
	c.compareHeaders(x, status, response.Value, found)
	c.compareAnswer(x, status, response.Value, found)
	if x.status == http.StatusOK {
		c.compareRequest(x, operation, found)
	}
}

// compareElsewhere compares what is answered at an address, or to a method, that is not in the document.
func (c contract) compareElsewhere(x exchange, known bool, found *finding) {
	want := http.StatusNotFound
	if known {
		want = http.StatusMethodNotAllowed
	}
	if !slices.Contains([]int{want, 401, 403, 429}, x.status) {
		found.differ("%s %s answers %d, and is not in the document", x.method, x.path, x.status)
		return
	}
	if x.method != http.MethodHead {
		c.visit("#/components/schemas/Error", x.answer, found)
	}
}

func (c contract) compareHeaders(x exchange, status string, response *openapi3.Response, found *finding) {
	for name := range c.Components.Headers {
		_, documented := response.Headers[name]
		if given := x.answerHeader.Get(name) != ""; given != documented {
			found.differ("%s has the header %s: %t; the document says %t", status, name, given, documented)
		}
	}
}

func (c contract) compareAnswer(x exchange, status string, response *openapi3.Response, found *finding) {
	kind := x.answerHeader.Get("Content-Type")
	media := response.Content[kind]
	switch {
	case media == nil:
		found.differ("%s is %q, and the document does not say so", status, kind)
	case x.method == http.MethodHead || x.answer == "":
	case kind == "text/event-stream":
		c.compareStream(x.answer, found)
	default:
		c.visitRef(media.Schema, x.answer, found)
	}
}

// compareStream compares the pieces of a stream, which OpenAPI 3.1 can describe in words only.
func (c contract) compareStream(stream string, found *finding) {
	for line := range strings.Lines(stream) {
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch field {
		case "data":
			c.visit("#/components/schemas/Event", value, found)
		case "id":
			c.visit("#/components/schemas/Checkpoint", value, found)
		case "retry", "", ":":
		default:
			found.differ("a stream has the line %q", line)
		}
	}
}

// compareRequest compares a request that was accepted.
func (c contract) compareRequest(x exchange, operation *openapi3.Operation, found *finding) {
	known := map[string]bool{}
	for _, p := range operation.Parameters {
		value, name := x.parameters.Get(p.Value.Name), x.method+" "+x.path+" parameter "+p.Value.Name
		known[p.Value.Name] = true
		if p.Value.In == openapi3.ParameterInHeader {
			value = x.headers.Get(p.Value.Name)
		}
		if value != "" {
			found.show(name)
			c.visitRef(p.Value.Content["application/json"].Schema, value, found)
		}
	}
	for name := range x.parameters {
		if !known[name] {
			found.differ("%s %s takes the parameter %s, and the document does not say so", x.method, x.path, name)
		}
	}
	if operation.RequestBody != nil {
		c.visitRef(operation.RequestBody.Value.Content["application/json"].Schema, x.body, found)
	}
}

func (c contract) visit(ref, text string, found *finding) {
	c.visitRef(&openapi3.SchemaRef{Ref: ref, Value: c.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")].Value}, text, found)
}

// visitRef compares a JSON text with a schema.
func (c contract) visitRef(schema *openapi3.SchemaRef, text string, found *finding) {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		found.differ("%.100q is no JSON", text)
		return
	}
	if err := schema.Value.VisitJSON(value, openapi3.EnableJSONSchema2020()); err != nil {
		found.differ("%.200s is not as the document says: %v", text, err)
	}
	if found.shown != nil {
		showFields(schema, value, found)
	}
}

// showFields notes which fields of the document a value has.
func showFields(schema *openapi3.SchemaRef, value any, found *finding) {
	for _, alternative := range schema.Value.OneOf {
		if alternative.Value.VisitJSON(value, openapi3.EnableJSONSchema2020()) == nil {
			showFields(alternative, value, found)
		}
	}
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			if schema.Value.Items != nil {
				showFields(schema.Value.Items, element, found)
			}
		}
	case map[string]any:
		for name, field := range schema.Value.Properties {
			if inside, has := value[name]; has {
				found.show(fieldName(schema, name))
				showFields(field, inside, found)
			}
		}
	}
}

func fieldName(schema *openapi3.SchemaRef, field string) string {
	return strings.TrimPrefix(schema.Ref, "#/components/schemas/") + "." + field
}

// everything returns all that the document promises: statuses, parameters and fields.
func (c contract) everything() []string {
	all := map[string]bool{}
	for path, item := range c.Paths.Map() {
		for method, operation := range item.Operations() {
			for status := range operation.Responses.Map() {
				all[method+" "+path+" "+status] = true
			}
			for _, p := range operation.Parameters {
				all[method+" "+path+" parameter "+p.Value.Name] = true
			}
		}
	}
	for name, schema := range c.Components.Schemas {
		for field := range schema.Value.Properties {
			all[name+"."+field] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// differences compares exchanges with the document in both directions.
func (c contract) differences(exchanges []exchange) []string {
	found := &finding{shown: map[string]bool{}}
	for _, x := range exchanges {
		c.compare(x, found)
	}
	for _, promise := range c.everything() {
		if !found.shown[promise] {
			found.differ("the document promises %s, and no exchange shows it", promise)
		}
	}
	return found.differs
}
