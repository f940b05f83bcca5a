package web

// routes is everything that can be asked for, and by whom.
func (r rooms) routes() []route {
	return []route{
		{"GET /{$}", anyone, r.catalogue.catalogue, isPage | hasPast},
		{"GET /courses/{course}", anyone, r.catalogue.course, isPage | hasPast},
		{"GET /courses/{course}/boundary", anyone, r.lens.lens, isPage | isCostly},
		{"GET /students", anyone, r.catalogue.students, isPage | hasPast},
		{"GET /students/{student}", anyone, r.catalogue.student, isPage | hasPast},
		{"GET /students/{student}/boundary", anyone, r.lens.lensOfStudent, isPage | isCostly},
		{"GET /decisions", anyone, r.decisions.decisions, isPage},
		{"GET /decisions/{decision}", anyone, r.decisions.decision, isPage},
		{"GET /log", anyone, r.log.log, isPage | hasPast},
		{"GET /log/{position}", anyone, r.log.event, isPage | hasPast},
		{"GET /decisions/{decision}/attempts/{attempt}/test", anyone, r.decisions.scenario, isCostly},
		{"GET /define-course", onlyTheRegistrar, r.catalogue.defineCourseForm, isPage},
		{"GET /register-student", anyone, r.catalogue.registerStudentForm, isPage},
		{"GET /registrar", anyone, r.site.registrar, isPage},
		{"GET /session/gap", anyone, r.held.gap, isPage},
		{"GET /held/{held}", anyone, r.held.held, isPage},
		{"GET /race", anyone, r.races.races, isPage},
		{"GET /race/strategies", anyone, r.races.strategies, isPage},
		{"GET /race/strategies/{comparison}", anyone, r.races.comparison, isPage},
		{"GET /race/{race}", anyone, r.races.race, isPage},
		{"GET /source/{path...}", anyone, r.site.sourceFile, isPage},

		{"POST /session", anyone, r.site.actAs, 0},
		{"POST /session/type", anyone, r.site.setType, 0},
		{"POST /session/gap", anyone, r.held.chooseGap, 0},
		{"POST /tour", anyone, r.tour.tour, 0},
		{"POST /held/{held}/continue", anyone, r.held.letGoOn, 0}, // whoever holds it
		{"POST /held/{held}/cancel", anyone, r.held.neverMind, 0}, // the same
		{"POST /registrar", anyone, r.site.takeRole, 0},
		{"POST /registrar/delete", anyone, r.site.leaveRole, 0},
		{"POST /courses", onlyTheRegistrar, r.catalogue.defineCourse, 0},
		{"POST /courses/{course}/title", onlyTheRegistrar, r.catalogue.renameCourse, 0},
		{"POST /courses/{course}/capacity", onlyTheRegistrar, r.catalogue.changeCapacity, 0},
		{"POST /courses/{course}/archive", onlyTheRegistrar, r.catalogue.archiveCourse, 0},
		{"POST /students", anyone, r.catalogue.registerStudent, 0},
		{"POST /students/{student}/name", onlyThemselves, r.catalogue.renameStudent, 0},
		{"POST /students/{student}/forget", onlyTheRegistrar, r.catalogue.forgetStudent, 0},
		{"POST /courses/{course}/subscriptions", onlyThemselves, r.catalogue.subscribe, 0},
		{"POST /courses/{course}/subscriptions/{student}/delete", onlyThemselves, r.catalogue.unsubscribe, 0},
		{"POST /courses/{course}/waitlist", onlyThemselves, r.catalogue.joinWaitlist, 0},
		{"POST /courses/{course}/waitlist/{student}/delete", onlyThemselves, r.catalogue.leaveWaitlist, 0},
		{"POST /decisions/{decision}/pin", onlyTheRegistrar, r.decisions.pinReceipt, 0},
		{"POST /runs/{run}/pin", onlyTheRegistrar, r.races.pinRun, 0},
		{"GET /runs/{run}/pin", anyone, to("/race"), 0},
		{"POST /race", onlyTheRegistrar, r.races.startRace, 0},
		{"POST /race/strategies", onlyTheRegistrar, r.races.startComparison, 0},

		{"GET /live", anyone, r.news.live, 0},
		{"GET " + healthPath, anyone, r.site.health, 0},
		{"GET /assets/{file}", anyone, r.site.asset, 0},
	}
}
