package dcbhttp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"go-crablet/dcb"
)

// A Config has what the API needs.
type Config struct {
	Log    *dcb.Store
	Ping   func(context.Context) error // reports whether the database answers
	Token  string                      // that every request needs, or "" if none does; see Access in the package
	Logger *slog.Logger

	// IsOutage reports whether an error means that the database is away, or answers and
	// can't store anything. It may be nil.
	IsOutage func(error) bool

	// IsFull reports whether an error means that the database answers, that its disk or its
	// memory is full, and that nothing was stored. It may be nil.
	IsFull func(error) bool
}

// An API is the handler of everything below /dcb/. Make one with [New].
type API struct {
	handler http.Handler
	tails   *tails
}

type server struct {
	Config
	refusing chan struct{} // has a place for each wrong token that is being answered
	tails    *tails
}

// New returns the handler of everything below /dcb/.
func New(config Config) *API {
	return newAPI(&server{config, make(chan struct{}, mostRefusing), newTails()})
}

func newAPI(s *server) *API {
	mux := http.NewServeMux()
	mux.Handle("GET /dcb/read", s.handle(s.read))
	mux.Handle("GET /dcb/tail", s.handle(s.tail))
	mux.Handle("GET /dcb/openapi.json", s.handle(s.document))
	mux.Handle("POST /dcb/append", s.handle(s.append))
	for _, address := range []string{"/dcb/read", "/dcb/tail", "/dcb/openapi.json"} {
		mux.Handle(address, s.handle(onlyWith("GET, HEAD")))
	}
	mux.Handle("/dcb/append", s.handle(onlyWith("POST")))
	mux.Handle("/", s.handle(noSuchAddress))
	return &API{identify(s.guard(mux)), s.tails}
}

// ServeHTTP implements [http.Handler].
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// Close ends the tails, and refuses later ones. It may be called twice. Call it when the server
// is about to stop: a tail does not end by itself, and the server would wait for it.
func (a *API) Close() { a.tails.close() }

func onlyWith(methods string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Allow", methods)
		return badRequest{http.StatusMethodNotAllowed, r.URL.Path + " takes " + methods + " only"}
	}
}

func noSuchAddress(http.ResponseWriter, *http.Request) error {
	return badRequest{http.StatusNotFound, "there are GET /dcb/read, GET /dcb/tail, POST /dcb/append and GET /dcb/openapi.json"}
}

// A badRequest says what is wrong with a request, in words for the client.
type badRequest struct {
	status int
	text   string
}

func (b badRequest) Error() string { return b.text }

// handle makes a handler of one that may fail. It is the only place where errors become
// answers. Clients see the text of errors about their request. Other texts are only logged.
func (s *server) handle(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		if request, ok := errors.AsType[badRequest](err); ok {
			answerError(w, request.status, request.text)
			return
		}
		if input, ok := errors.AsType[dcb.InputError](err); ok {
			answerError(w, http.StatusBadRequest, input.Error())
			return
		}
		if errors.Is(err, dcb.ErrBeyondHead) {
			answerError(w, http.StatusConflict, "the condition says that the log is known up to a position beyond its end, so nothing was stored: read again")
			return
		}
		if r.Method == http.MethodPost && errors.Is(err, dcb.ErrOtherHistory) {
			answerError(w, http.StatusConflict, "another event stands where the condition says that the log is known, because the log lost its end since, so nothing was stored: read again")
			return
		}
		stopping := errors.Is(context.Cause(r.Context()), dcb.ErrClosed)
		if r.Context().Err() != nil && !stopping {
			return // the client has gone
		}
		if stopping && !errors.Is(err, dcb.ErrUnknownOutcome) {
			err = dcb.ErrClosed
		}
		s.logFailure(r, err)
		status, text := s.failure(r, err)
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", s.retryAfter(err))
		}
		answerError(w, status, text+". If it happens again, report request "+dcb.CorrelationID(r.Context()))
	})
}

// failure returns the status and the text for an error that is not the client's fault.
func (s *server) failure(r *http.Request, err error) (status int, text string) {
	const lookFirst = "; the events may be stored or not, so read before you send them again"
	switch {
	case errors.Is(err, dcb.ErrUnknownOutcome):
		return http.StatusServiceUnavailable, "the connection to the database was lost" + lookFirst
	case errors.Is(err, dcb.ErrOtherHistory):
		return http.StatusServiceUnavailable, "the log lost its end while it was read: read again from the start"
	case errors.Is(err, dcb.ErrClosed):
		return http.StatusServiceUnavailable, "the server is stopping, and nothing was stored"
	case s.isFull(err):
		return http.StatusServiceUnavailable, "the disk or the memory of the database is full, and nothing was stored"
	case errors.Is(err, context.DeadlineExceeded) || s.IsOutage != nil && s.IsOutage(err) || !s.databaseAnswers(r.Context()):
		status, text = http.StatusServiceUnavailable, "the database does not answer in time"
	default:
		status, text = http.StatusInternalServerError, "something broke, and it is not your fault"
	}
	if r.Method == http.MethodPost {
		text += lookFirst
	}
	return status, text
}

// isFull is IsFull of the configuration, or false if there is none.
func (s *server) isFull(err error) bool { return s.IsFull != nil && s.IsFull(err) }

// retryAfter is how many seconds a client waits before it sends a request again. Somebody has to
// make space in a full database.
func (s *server) retryAfter(err error) string {
	if s.isFull(err) {
		return "60"
	}
	return "2"
}

func (s *server) logFailure(r *http.Request, err error) {
	s.Logger.ErrorContext(r.Context(), "request failed", "error", err,
		"method", r.Method, "path", r.URL.Path, "request_id", dcb.CorrelationID(r.Context()))
}

func (s *server) databaseAnswers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return s.Ping(ctx) == nil
}

func answerError(w http.ResponseWriter, status int, text string) {
	answer(w, status, struct {
		Error string `json:"error"`
	}{sentence(text)})
}

func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// answer sends a value as JSON. It ignores errors: then the client has gone.
func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = newEncoder(w).Encode(value)
}
