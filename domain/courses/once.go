package courses

import "go-crablet/dcb"

// A RequestID tells one request from all others. Whoever asks makes it up, in the
// alphabet of a [CourseID], before asking for the first time: then however often the
// request arrives, it is carried out once.
type RequestID string

// Tag is carried by every fact that the request brought about.
func (id RequestID) Tag() dcb.Tag { return dcb.NewTags("request", string(id))[0] }

// Valid reports whether the id is one that a request can have.
func (id RequestID) Valid() bool { return idPattern.MatchString(string(id)) }

// A request is what a decision knows about the request that it answers. The state
// of every decision embeds it.
type request string

const (
	requestNew       request = "new" // or without an id
	requestAnswered  request = "carried out already"
	requestReused    request = "used for something else"
	requestMalformed request = "malformed"
)

func (r request) before() request { return r }

// once makes a decision that a request gets once. Carried out already, it has nothing
// left to do: no facts and no refusal. What it decides carries the request's tag, by
// which the next attempt, or another process, finds it.
func once[S interface{ before() request }](id RequestID, decide func(S) ([]dcb.Fact, error)) func(S) ([]dcb.Fact, error) {
	return func(s S) ([]dcb.Fact, error) {
		switch s.before() {
		case requestAnswered:
			return nil, nil
		case requestReused:
			return nil, ErrRequestReused
		case requestMalformed:
			return nil, ErrRequestIDInvalid
		}
		facts, err := decide(s)
		if err != nil || id == "" {
			return facts, err
		}
		return dcb.WithTags(facts, id.Tag()), nil
	}
}

// earlier is what became of a request before. The first fact that it brought about is
// what it asked for then, and so tells the command; those behind it are consequences.
func earlier(id RequestID, cmd any) dcb.Projection[request] {
	switch {
	case id == "":
		return dcb.Project(requestNew, nil)
	case !id.Valid():
		return dcb.Project(requestMalformed, nil)
	}
	return dcb.Project(requestNew, dcb.Tags{id.Tag()},
		asked(cmd, func(e CourseDefined) any {
			return DefineCourse{Course: e.Course, Title: e.Title, Capacity: e.Capacity, Request: id}
		}),
		asked(cmd, func(e CourseRenamed) any {
			return RenameCourse{Course: e.Course, NewTitle: e.NewTitle, Request: id}
		}),
		asked(cmd, func(e CourseCapacityChanged) any {
			return ChangeCapacity{Course: e.Course, NewCapacity: e.NewCapacity, Request: id}
		}),
		asked(cmd, func(e CourseArchived) any {
			return ArchiveCourse{Course: e.Course, Request: id}
		}),
		asked(cmd, func(e StudentRegistered) any {
			return RegisterStudent{Student: e.Student, Name: e.Name, Request: id}
		}),
		asked(cmd, func(e StudentRenamed) any {
			return RenameStudent{Student: e.Student, NewName: e.NewName, Request: id}
		}),
		asked(cmd, func(e StudentSubscribedToCourse) any {
			return SubscribeStudent{Student: e.Student, Course: e.Course, Request: id}
		}),
		asked(cmd, func(e StudentUnsubscribedFromCourse) any {
			return UnsubscribeStudent{Student: e.Student, Course: e.Course, Request: id}
		}),
		asked(cmd, func(e StudentJoinedWaitlist) any {
			return JoinWaitlist{Student: e.Student, Course: e.Course, Request: id}
		}),
		asked(cmd, func(e StudentLeftWaitlist) any {
			return LeaveWaitlist{Student: e.Student, Course: e.Course, Request: id}
		}))
}

// asked compares a command with the one that a fact answered.
func asked[E dcb.Fact](cmd any, answered func(E) any) dcb.Handler[request] {
	return dcb.On(func(r request, e E) request {
		switch {
		case r != requestNew:
			return r
		case cmd == answered(e):
			return requestAnswered
		default:
			return requestReused
		}
	})
}
