package attest

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/secure-systems-lab/go-securesystemslib/signerverifier"
)

// payloadType is that of in-toto statements (in-toto Attestation Framework, envelope.md).
const payloadType = "application/vnd.in-toto+json"

// Key signs statements.
type Key struct{ signer dsse.Signer }

// LoadKey reads a private key: Ed25519, ECDSA or RSA, unencrypted, in PEM (PKCS #8, PKCS #1
// or SEC 1). Signatures of RSA are RSASSA-PSS with SHA-256.
func LoadKey(text []byte) (*Key, error) {
	block, _ := pem.Decode(text)
	switch {
	case block == nil:
		return nil, errors.New("this is no key in PEM: 'openssl genpkey -algorithm ed25519' makes one")
	case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
		return nil, errors.New("the key is encrypted: decrypt it with 'openssl pkey'")
	}
	key, err := signerverifier.LoadKey(text)
	if err != nil {
		return nil, fmt.Errorf("no private key of Ed25519, ECDSA or RSA can be read from it: %w", err)
	}
	if key.KeyVal.Private == "" {
		return nil, errors.New("this is a public key: signing takes the private one")
	}
	k := &Key{}
	switch key.KeyType {
	case signerverifier.ED25519KeyType:
		k.signer, err = signerverifier.NewED25519SignerVerifierFromSSLibKey(key)
	case signerverifier.ECDSAKeyType:
		k.signer, err = signerverifier.NewECDSASignerVerifierFromSSLibKey(key)
	default:
		k.signer, err = signerverifier.NewRSAPSSSignerVerifierFromSSLibKey(key)
	}
	if err != nil {
		return nil, err
	}
	return k, nil
}

// Sign wraps a statement in an envelope that is signed (DSSE v1).
func (k *Key) Sign(statement []byte) ([]byte, error) {
	signer, err := dsse.NewEnvelopeSigner(k.signer)
	if err != nil {
		return nil, err
	}
	envelope, err := signer.SignPayload(context.Background(), payloadType, statement)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	text, err := json.MarshalIndent(envelope, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}
