package dcbhttp_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbhttp"
	"go-crablet/internal/pgtest"
)

// A client in any language appends on a condition, and reads: a seat is taken once.
func ExampleNew() {
	store, pool, done := openExample()
	defer done()
	server := httptest.NewServer(dcbhttp.New(dcbhttp.Config{Log: store, Ping: pool.Ping, Logger: slog.New(slog.DiscardHandler)}))
	defer server.Close()

	take := func(who string) {
		fmt.Println(send(http.MethodPost, server.URL+"/dcb/append", "", `{
			"events":    [{"type": "SeatTaken", "tags": ["seat:12A"], "data": "{\"by\":\"`+who+`\"}"}],
			"condition": {"failIfEventsMatch": {"items": [{"types": ["SeatTaken"], "tags": ["seat:12A"]}]}}
		}`))
	}
	take("ada")
	take("kofi")

	query := url.Values{"query": {`{"items": [{"tags": ["seat:12A"]}]}`}}
	fmt.Println(send(http.MethodGet, server.URL+"/dcb/read?"+query.Encode(), "", ""))
	// Output:
	// 200 {"durationInMicroseconds":…,"appendConditionFailed":false}
	// 200 {"durationInMicroseconds":…,"appendConditionFailed":true}
	// 200 [{"type":"SeatTaken","tags":["seat:12A"],"data":"{\"by\":\"ada\"}","position":1}
	// ]
}

// A client that follows the log goes on after the last position that it has seen.
func ExampleNew_options() {
	store, pool, done := openExample()
	defer done()
	server := httptest.NewServer(dcbhttp.New(dcbhttp.Config{Log: store, Ping: pool.Ping, Logger: slog.New(slog.DiscardHandler)}))
	defer server.Close()

	fmt.Println(send(http.MethodPost, server.URL+"/dcb/append", "", `{"events": [
		{"type": "SeatTaken", "tags": ["seat:12A"], "data": "ada"},
		{"type": "SeatTaken", "tags": ["seat:12B"], "data": "kofi"},
		{"type": "SeatGivenBack", "tags": ["seat:12A"], "data": "ada"}
	]}`))
	read := func(options string) {
		fmt.Println(send(http.MethodGet, server.URL+"/dcb/read?"+url.Values{"options": {options}}.Encode(), "", ""))
	}
	read(`{"from": 2, "limit": 1}`)
	read(`{"backwards": true, "limit": 1}`)
	read(`{"from": 4}`)
	// Output:
	// 200 {"durationInMicroseconds":…,"appendConditionFailed":false}
	// 200 [{"type":"SeatTaken","tags":["seat:12B"],"data":"kofi","position":2}
	// ]
	// 200 [{"type":"SeatGivenBack","tags":["seat:12A"],"data":"ada","position":3}
	// ]
	// 200 []
}

// With a token, the log is for every client that knows it, wherever it is.
func ExampleNew_token() {
	store, pool, done := openExample()
	defer done()
	server := httptest.NewServer(dcbhttp.New(dcbhttp.Config{Log: store, Ping: pool.Ping, Token: "open sesame", Logger: slog.New(slog.DiscardHandler)}))
	defer server.Close()
	fmt.Println(send(http.MethodGet, server.URL+"/dcb/read", "", ""))
	fmt.Println(send(http.MethodGet, server.URL+"/dcb/read", "open sesame", ""))
	// Output:
	// 401 {"error":"This needs the header Authorization: Bearer, with the right token."}
	// 200 []
}

// The answer to a wrong request says in a sentence what is wrong.
func ExampleNew_mistake() {
	store, pool, done := openExample()
	defer done()
	server := httptest.NewServer(dcbhttp.New(dcbhttp.Config{Log: store, Ping: pool.Ping, Logger: slog.New(slog.DiscardHandler)}))
	defer server.Close()
	fmt.Println(send(http.MethodPost, server.URL+"/dcb/append", "", `{"events": [{"type": "SeatTaken", "tag": ["seat:12A"]}]}`))
	// Output:
	// 400 {"error":"The body is not the JSON of an append: \"events\": the field \"tag\" is unknown there, or given twice."}
}

// The API stands beside an application. A client follows the log until the server is about to stop.
func ExampleAPI() {
	store, pool, done := openExample()
	defer done()
	api := dcbhttp.New(dcbhttp.Config{Log: store, Ping: pool.Ping, Logger: slog.New(slog.DiscardHandler)})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/dcb/") {
			api.ServeHTTP(w, r)
			return
		}
		fmt.Fprint(w, "the application")
	}))
	defer server.Close()

	fmt.Println(send(http.MethodGet, server.URL, "", ""))
	fmt.Println(send(http.MethodPost, server.URL+"/dcb/append", "", `{"events": [{"type": "SeatTaken", "tags": ["seat:12A"], "data": "ada"}]}`))
	stream, err := http.Get(server.URL + "/dcb/tail")
	if err != nil {
		panic(err)
	}
	defer stream.Body.Close()
	for lines := bufio.NewScanner(stream.Body); lines.Scan(); {
		if data, isEvent := strings.CutPrefix(lines.Text(), "data: "); isEvent {
			fmt.Println(data)
			api.Close() // or the server would wait for the stream
		}
	}
	// Output:
	// 200 the application
	// 200 {"durationInMicroseconds":…,"appendConditionFailed":false}
	// {"type":"SeatTaken","tags":["seat:12A"],"data":"ada","position":1}
}

// openExample opens a store in a new database.
func openExample() (store *dcb.Store, pool *pgxpool.Pool, done func()) {
	pool = pgtest.Open()
	store, err := dcb.NewEventStore(context.Background(), pool)
	if err != nil {
		panic(err)
	}
	return store, pool, func() {
		store.Close()
		pool.Close()
	}
}

// send returns the status and the body of an answer, except how long it took.
func send(method, address, token, body string) string {
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	text := regexp.MustCompile(`"durationInMicroseconds":\d+`).ReplaceAllString(strings.TrimSpace(string(answer)), `"durationInMicroseconds":…`)
	return fmt.Sprint(response.StatusCode, " ", text)
}
