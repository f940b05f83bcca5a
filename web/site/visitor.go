package site

import "go-crablet/domain/courses"

// A Visitor is who sends a request, as far as the session tells.
type Visitor struct {
	Acting    courses.StudentID // "" for nobody
	Registrar bool
}

// Visitor returns who sends the request. Whether somebody is still signed in as the
// registrar is for the database to say, which is asked once.
func (v *Visit) Visitor() (Visitor, error) {
	if v.met != nil {
		return *v.met, nil
	}
	who := v.Who()
	registrar, err := v.isRegistrar(v.Context(), who)
	if err != nil {
		return Visitor{}, err
	}
	v.met = &Visitor{Acting(who), registrar}
	return *v.met, nil
}
