package web

// routes is everything that can be asked for, and by whom.
func (s *server) routes() []route {
	return []route{
		{"GET /{$}", anyone, s.catalogue, isPage | hasPast},
		{"GET /courses/{course}", anyone, s.course, isPage | hasPast},
		{"GET /courses/{course}/boundary", anyone, s.lens, isPage | isCostly},
		{"GET /students", anyone, s.students, isPage | hasPast},
		{"GET /students/{student}", anyone, s.student, isPage | hasPast},
		{"GET /students/{student}/boundary", anyone, s.lensOfStudent, isPage | isCostly},
		{"GET /decisions", anyone, s.decisions, isPage},
		{"GET /decisions/{decision}", anyone, s.decision, isPage},
		{"GET /log", anyone, s.log, isPage | hasPast},
		{"GET /log/{position}", anyone, s.event, isPage | hasPast},
		{"GET /decisions/{decision}/attempts/{attempt}/test", anyone, s.scenario, isCostly},
		{"GET /define-course", onlyTheRegistrar, s.defineCourseForm, isPage},
		{"GET /register-student", anyone, s.registerStudentForm, isPage},
		{"GET /registrar", anyone, s.registrar, isPage},
		{"GET /session/gap", anyone, s.gap, isPage},
		{"GET /held/{held}", anyone, s.held, isPage},
		{"GET /race", anyone, s.races, isPage},
		{"GET /race/strategies", anyone, s.strategies, isPage},
		{"GET /race/strategies/{comparison}", anyone, s.comparison, isPage},
		{"GET /race/{race}", anyone, s.race, isPage},
		{"GET /source/{path...}", anyone, s.sourceFile, isPage},

		{"POST /session", anyone, s.actAs, 0},
		{"POST /session/type", anyone, s.setType, 0},
		{"POST /session/gap", anyone, s.chooseGap, 0},
		{"POST /tour", anyone, s.tour, 0},
		{"POST /held/{held}/continue", anyone, s.letGoOn, 0}, // whoever holds it
		{"POST /held/{held}/cancel", anyone, s.neverMind, 0}, // the same
		{"POST /registrar", anyone, s.takeRole, 0},
		{"POST /registrar/delete", anyone, s.leaveRole, 0},
		{"POST /courses", onlyTheRegistrar, s.defineCourse, 0},
		{"POST /courses/{course}/title", onlyTheRegistrar, s.renameCourse, 0},
		{"POST /courses/{course}/capacity", onlyTheRegistrar, s.changeCapacity, 0},
		{"POST /courses/{course}/archive", onlyTheRegistrar, s.archiveCourse, 0},
		{"POST /students", anyone, s.registerStudent, 0},
		{"POST /students/{student}/name", onlyThemselves, s.renameStudent, 0},
		{"POST /students/{student}/forget", onlyTheRegistrar, s.forgetStudent, 0},
		{"POST /courses/{course}/subscriptions", onlyThemselves, s.subscribe, 0},
		{"POST /courses/{course}/subscriptions/{student}/delete", onlyThemselves, s.unsubscribe, 0},
		{"POST /courses/{course}/waitlist", onlyThemselves, s.joinWaitlist, 0},
		{"POST /courses/{course}/waitlist/{student}/delete", onlyThemselves, s.leaveWaitlist, 0},
		{"POST /decisions/{decision}/pin", onlyTheRegistrar, s.pinReceipt, 0},
		{"POST /runs/{run}/pin", onlyTheRegistrar, s.pinRun, 0},
		{"GET /runs/{run}/pin", anyone, to("/race"), 0},
		{"POST /race", onlyTheRegistrar, s.startRace, 0},
		{"POST /race/strategies", onlyTheRegistrar, s.startComparison, 0},

		{"GET /live", anyone, s.live, 0},
		{"GET " + healthPath, anyone, s.health, 0},
		{"GET /assets/{file}", anyone, s.asset, 0},
	}
}
