// Package attest says where a server is from, in the formats that others read: what it is
// made of (a CycloneDX bill of materials), and how it was made (an in-toto statement with a
// SLSA provenance, in a DSSE envelope where it is signed).
//
// Nothing in them depends on when, where or by whom a server was built: the same spec and
// compiler give the same bytes, but for signatures of ECDSA and RSA, which are random.
package attest
