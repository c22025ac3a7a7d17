"""python3 verify_dsig.py LICENSE PUBLIC_KEY: ends with 0 if a licence in the form XML DSig is signed with that RSA key (PEM).

With nothing but Python's own canonicalisation and `cryptography`, for the one sort of signature that Latchkey makes. Programs
have a library for this: .NET's SignedXml, Java's javax.xml.crypto.dsig, signxml, xmlsec1.
"""
import base64, hashlib, sys
import xml.etree.ElementTree as ET
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

DSIG = "http://www.w3.org/2000/09/xmldsig#"
root = ET.parse(sys.argv[1]).getroot()
key = load_pem_public_key(open(sys.argv[2], "rb").read())
(signature,) = root.findall(f"{{{DSIG}}}Signature")
info = signature.find(f"{{{DSIG}}}SignedInfo")
reference = info.find(f"{{{DSIG}}}Reference")
stated = [element.get("Algorithm") for element in info.iter() if element.get("Algorithm")]
assert reference.get("URI") == "" and stated == [
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    DSIG + "enveloped-signature",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/04/xmlenc#sha256",
], "not the sort of signature that is made"
root.remove(signature)
digest = hashlib.sha256(ET.canonicalize(ET.tostring(root, encoding="unicode")).encode()).digest()
if digest != base64.b64decode(reference.find(f"{{{DSIG}}}DigestValue").text):
    sys.exit("the digest is another")
ET.register_namespace("", DSIG)
signed = ET.canonicalize(ET.tostring(info, encoding="unicode"))
try:
    key.verify(base64.b64decode(signature.find(f"{{{DSIG}}}SignatureValue").text), signed.encode(), PKCS1v15(), SHA256())
except InvalidSignature:
    sys.exit("not signed with this key")
