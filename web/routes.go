package web

import "go-crablet/web/site"

// The special properties of an address.
const (
	page   = site.IsPage   // forms on it can lead back to it
	past   = site.HasPast  // it can be shown as of an earlier position of the log
	costly = site.IsCostly // it reads much of the log
	open   = site.IsOpen   // search engines may show it

	takesFile = site.TakesFile // its form may have a file
	apart     = site.IsApart   // it shows nothing that depends on the visitor, or chooses itself where it reads
)

// routes are all addresses. If the address of a form has no GET, [site.WithWaysBack] adds one:
// it leads to the page above the form.
func (r rooms) routes() []site.Route {
	anyone, onlyTheRegistrar, onlyThemselves := site.Anyone, site.OnlyTheRegistrar, site.OnlyThemselves
	return []site.Route{
		on("GET /{$}", anyone, r.catalogue.Courses, page, past, open),
		on("GET /stage", anyone, r.stage.Show, page),
		on("GET /courses/{course}", anyone, r.catalogue.Course, page, past),
		on("GET /courses/{course}/class", onlyTheRegistrar, r.catalogue.Class, page),
		on("GET /courses/{course}/class.csv", onlyTheRegistrar, r.catalogue.ClassCSV),
		on("GET /courses/{course}/boundary", anyone, r.lens.OfCourse, page, costly),
		on("GET /students", anyone, r.catalogue.Students, page, past),
		on("GET /students/{student}", anyone, r.catalogue.Student, page, past),
		on("GET /students/{student}/boundary", anyone, r.lens.OfStudent, page, costly),
		on("GET /decisions", anyone, r.decisions.List, page),
		on("GET /decisions/{decision}", anyone, r.decisions.Show, page),
		on("GET /log", anyone, r.log.All, page, past),
		on("GET /log/{position}", anyone, r.log.Event, page, past),
		on("GET /decisions/{decision}/attempts/{attempt}/test", anyone, r.decisions.Test, costly),
		on("GET /define-course", onlyTheRegistrar, r.catalogue.DefineCourseForm, page),
		on("GET /register-student", anyone, r.catalogue.RegisterStudentForm, page),
		on("GET /imports", onlyTheRegistrar, r.imports.List, page),
		on("GET /imports/{import}", onlyTheRegistrar, r.imports.Show, page),
		on("GET /imports/{import}/result", onlyTheRegistrar, r.imports.Result),
		on("GET /tour/lens", anyone, r.tour.ToLens),
		on("GET /registrar", anyone, r.site.Registrar, page),
		on("GET /operator", onlyTheRegistrar, r.operator.Show, page),
		on("GET /status", anyone, r.operator.Status, page),
		on("GET /session/gap", anyone, r.held.ChoiceForm, page),
		on("GET /held/{held}", anyone, r.held.Show, page),
		on("GET /race", anyone, r.races.List, page, open),
		on("GET /race/strategies", anyone, r.races.Strategies, page, open),
		on("GET /race/strategies/{comparison}", anyone, r.races.Comparison, page),
		on("GET /race/{race}", anyone, r.races.Show, page),
		on("GET /workshop", anyone, r.workshop.Overview, page, open),
		on("GET /workshop/rooms/{room}", onlyTheRegistrar, r.workshop.Room, page),
		on("GET /source/{path...}", anyone, r.site.SourceFile, page, open),

		on("POST /session", anyone, r.site.ActAs),
		on("POST /session/mode", anyone, r.site.SetMode),
		on("POST /session/gap", anyone, r.held.Choose),
		on("POST /tour", anyone, r.tour.BeginOrEnd),
		on("POST /held/{held}/continue", anyone, r.held.Continue),           // the handler asks who holds it
		on("POST /held/{held}/cancel", anyone, r.held.Cancel),               // as above
		on("POST /held/{held}/longer", anyone, r.held.Longer),               // as above
		on("POST /held/{held}/rivals", anyone, r.decisions.LetInBeforeHeld), // as above
		on("POST /courses/{course}/boundary/rivals", onlyThemselves, r.decisions.LetInBeforeSent),
		on("POST /registrar", anyone, r.site.TakeRole),
		on("POST /registrar/delete", anyone, r.site.LeaveRole),
		on("POST /courses", onlyTheRegistrar, r.catalogue.DefineCourse),
		on("POST /courses/{course}/title", onlyTheRegistrar, r.catalogue.RenameCourse),
		on("POST /courses/{course}/capacity", onlyTheRegistrar, r.catalogue.ChangeCapacity),
		on("POST /courses/{course}/archive", onlyTheRegistrar, r.catalogue.ArchiveCourse),
		on("POST /students", anyone, r.catalogue.RegisterStudent),
		on("POST /students/{student}/name", onlyThemselves, r.catalogue.RenameStudent),
		on("POST /students/{student}/leave", onlyThemselves, r.catalogue.LeaveAltogether),
		on("POST /students/{student}/leave-archived", onlyThemselves, r.catalogue.LeaveArchivedCourses),
		on("POST /students/{student}/forget", onlyTheRegistrar, r.catalogue.ForgetStudent),
		on("POST /courses/{course}/subscriptions", onlyThemselves, r.catalogue.Subscribe),
		on("POST /courses/{course}/subscriptions/{student}/delete", onlyThemselves, r.catalogue.Unsubscribe),
		on("POST /courses/{course}/swaps", onlyThemselves, r.catalogue.SwapSeats),
		on("POST /courses/{course}/waitlist", onlyThemselves, r.catalogue.JoinWaitlist),
		on("POST /courses/{course}/waitlist/{student}/delete", onlyThemselves, r.catalogue.LeaveWaitlist),
		on("POST /imports", onlyTheRegistrar, r.imports.Add, takesFile),
		on("POST /imports/{import}/start", onlyTheRegistrar, r.imports.Start),
		on("POST /imports/{import}/cancel", onlyTheRegistrar, r.imports.Cancel),
		on("POST /decisions/{decision}/pin", onlyTheRegistrar, r.decisions.PinReceipt),
		on("POST /runs/{run}/pin", onlyTheRegistrar, r.races.PinRun),
		on("GET /runs/{run}/pin", anyone, site.To("/race")),
		on("POST /race", onlyTheRegistrar, r.races.StartRace),
		on("POST /race/strategies", onlyTheRegistrar, r.races.StartComparison),
		on("POST /workshop/rooms", onlyTheRegistrar, r.workshop.Open),
		on("POST /workshop/rooms/{room}/stop", onlyTheRegistrar, r.workshop.Stop),
		on("POST /workshop/rooms/{room}/progress", anyone, r.workshop.Tell), // whoever knows the code is in the room

		on("GET /live", anyone, r.news.Live, apart),
		on("GET "+site.HealthPath, anyone, r.site.Health, apart),
		on("GET /robots.txt", anyone, r.site.Robots, apart),
		on("GET /assets/{file}", anyone, r.site.Asset, apart),
	}
}

// on makes a line of the table.
func on(pattern string, may site.Access, do site.Handler, traits ...site.Traits) site.Route {
	route := site.Route{Pattern: pattern, May: may, Do: do}
	for _, trait := range traits {
		route.Traits |= trait
	}
	return route
}
