package web

import "go-crablet/domain/courses"

// A visitor is who sends a request, as far as the session tells.
type visitor struct {
	Acting    courses.StudentID // "" for nobody
	Registrar bool
}

// visitor returns who sends the request. Whether somebody is still signed in as the
// registrar is for the database to say, which is asked once.
func (v *visit) visitor() (visitor, error) {
	if v.met != nil {
		return *v.met, nil
	}
	who := v.who()
	registrar, err := v.isRegistrar(v.context(), who)
	if err != nil {
		return visitor{}, err
	}
	v.met = &visitor{acting(who), registrar}
	return *v.met, nil
}
