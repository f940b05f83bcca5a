package check

import (
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// goreleaserSays validates a configuration against the schema that GoReleaser publishes. It returns
// what is wrong.
func goreleaserSays(t *testing.T, configuration string) error {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	schema, err := compiler.Compile("testdata/goreleaser-schema.json")
	require.NoError(t, err)
	asJSON, err := yaml.YAMLToJSONStrict([]byte(configuration))
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(asJSON)))
	require.NoError(t, err)
	return schema.Validate(value)
}

func TestGoReleaserTakesItsConfiguration(t *testing.T) {
	text, err := os.ReadFile("../../.goreleaser.yaml")
	require.NoError(t, err)
	require.NoError(t, goreleaserSays(t, string(text)))
	for _, planted := range [][2]string{
		{"flags:", "flag:"}, {"goos: [linux", "goos: [{linux: 1}"}, {"sboms:", "sbom:"}, {"draft: true", "draft: maybe"},
	} {
		wrong := strings.Replace(string(text), planted[0], planted[1], 1)
		if planted[0] == "goos: [linux" {
			wrong = strings.Replace(string(text), "goos: [linux, darwin]", "goos: linux", 1)
		}
		require.Error(t, goreleaserSays(t, wrong), planted[1])
	}
	var configuration struct {
		Builds   []struct{ Main string }
		Checksum struct{ Algorithm string }
		SBOMs    []struct{ Artifacts string }
	}
	require.NoError(t, yaml.Unmarshal(text, &configuration))
	require.DirExists(t, "../../"+configuration.Builds[0].Main)
	require.Equal(t, "sha256", configuration.Checksum.Algorithm)
	require.Equal(t, "archive", configuration.SBOMs[0].Artifacts)
}
