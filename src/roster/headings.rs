//! What columns are called: by people, and by the programs that rosters are exported from.

use crate::{text, user::Detail};

/// What a column says of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The ID.
    Id,
    /// The address.
    Email,
    /// The whole name.
    Name,
    /// The given name.
    GivenName,
    /// The family name.
    FamilyName,
    /// Staff, residential, commercial or unit.
    Kind,
    /// The role at the desk.
    Role,
    /// Whether the person may sign in.
    Active,
    /// Whether the person may not.
    Inactive,
    /// Active Directory's flags, of which one says disabled.
    AccountControl,
    /// Display name, phone, station or job title.
    Detail(Detail),
    /// From when on the account is valid.
    ValidFrom,
    /// Until when the account is valid.
    ValidUntil,
}

impl Field {
    /// Every field with the word for it.
    pub const ALL: [(Self, &'static str); 16] = [
        (Self::Id, "id"),
        (Self::Email, "email"),
        (Self::Name, "name"),
        (Self::GivenName, "given_name"),
        (Self::FamilyName, "family_name"),
        (Self::Kind, "kind"),
        (Self::Role, "role"),
        (Self::Active, "active"),
        (Self::Inactive, "inactive"),
        (Self::AccountControl, "user_account_control"),
        (Self::Detail(Detail::DisplayName), "display_name"),
        (Self::Detail(Detail::Phone), "phone"),
        (Self::Detail(Detail::Station), "station"),
        (Self::Detail(Detail::JobTitle), "job_title"),
        (Self::ValidFrom, "valid_from"),
        (Self::ValidUntil, "valid_until"),
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(field, _)| *field == self)
            .map_or("", |(_, word)| word)
    }

    /// The field of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(word))
            .map(|(field, _)| *field)
    }

    /// Columns of it add up; of the others the first in the order below counts.
    pub(super) const fn adds_up(self) -> bool {
        matches!(self, Self::Active | Self::Inactive | Self::AccountControl)
    }
}

/// Headings in [`form`], in the order in which they count where several stand in one file.
const NAMES: &[(Field, &[&str])] = &[
    (
        Field::Id,
        &[
            "id",
            "badge",
            "badgenumber",
            "badgeno",
            "badgeid",
            "employeeid",
            "employeenumber",
            "employeeno",
            "empid",
            "empno",
            "empnumber",
            "staffid",
            "staffnumber",
            "staffno",
            "personnelnumber",
            "personnelid",
            "personid",
            "payrollnumber",
            "payrollid",
            "customernumber",
            "customerid",
            "customerno",
            "accountnumber",
            "login",
            "loginid",
            "loginname",
            "username",
            "user",
            "userid",
            "uid",
            "samaccountname",
            "logonname",
            "userlogonname",
            "account",
            "accountname",
            "number",
            "no",
            // German, French, Spanish, Portuguese, Italian, Dutch
            "personalnummer",
            "mitarbeiternummer",
            "benutzername",
            "benutzer",
            "anmeldename",
            "kennung",
            "matricule",
            "identifiant",
            "nomutilisateur",
            "numeroempleado",
            "numerodeempleado",
            "usuario",
            "nombredeusuario",
            "matricula",
            "utilizador",
            "nomedeusuario",
            "matricola",
            "nomeutente",
            "personeelsnummer",
            "gebruikersnaam",
            // An address that a directory signs in with is the ID where nothing else is.
            "userprincipalname",
            "upn",
            "nameid",
        ],
    ),
    (
        Field::Email,
        &[
            "email",
            "mail",
            "emailaddress",
            "mailaddress",
            "primaryemail",
            "primaryemailaddress",
            "workemail",
            "workemailaddress",
            "emailwork",
            "businessemail",
            "companyemail",
            "primarysmtpaddress",
            "smtpaddress",
            "emails",
            "correo",
            "correoelectronico",
            "courriel",
            "adressemail",
            "adresseemail",
            "emailadresse",
            "mailadresse",
            "postaelettronica",
            "indirizzoemail",
            "emailadres",
            "enderecodeemail",
            "userprincipalname",
            "upn",
            "address",
        ],
    ),
    (
        Field::GivenName,
        &[
            "given",
            "givenname",
            "givennames",
            "first",
            "firstname",
            "forename",
            "forenames",
            "fname",
            "namefirst",
            "vorname",
            "vornamen",
            "rufname",
            "prenom",
            "prenoms",
            "nombre",
            "nombres",
            "primeironome",
            "nome",
            "voornaam",
            "preferredname",
        ],
    ),
    (
        Field::FamilyName,
        &[
            "family",
            "familyname",
            "last",
            "lastname",
            "surname",
            "sn",
            "lname",
            "namelast",
            "nachname",
            "familienname",
            "zuname",
            "nomdefamille",
            "nom",
            "apellido",
            "apellidos",
            "primerapellido",
            "sobrenome",
            "apelido",
            "cognome",
            "achternaam",
        ],
    ),
    (
        Field::Name,
        &[
            "name",
            "fullname",
            "displayname",
            "cn",
            "commonname",
            "employeename",
            "staffname",
            "personname",
            "contactname",
            "nameformatted",
            "anzeigename",
            "vollstandigername",
            "nomcomplet",
            "nombrecompleto",
            "nomecompleto",
            "volledigenaam",
            "unitname",
            "apparatus",
        ],
    ),
    (
        Field::Kind,
        &[
            "kind",
            "accountkind",
            "type",
            "usertype",
            "accounttype",
            "persontype",
        ],
    ),
    (
        Field::Role,
        &["role", "roles", "rolle", "rol", "ruolo", "funcao"],
    ),
    (
        Field::Active,
        &[
            "active",
            "isactive",
            "enabled",
            "isenabled",
            "accountenabled",
            "accountactive",
            "useractive",
            "activated",
            "status",
            "state",
            "accountstatus",
            "userstatus",
            "accountstate",
            "employeestatus",
            "employmentstatus",
            "aktiv",
            "aktiviert",
            "actif",
            "active2",
            "activo",
            "activa",
            "ativo",
            "attivo",
            "actief",
            "statut",
            "estado",
            "stato",
        ],
    ),
    (
        Field::Inactive,
        &[
            "disabled",
            "isdisabled",
            "accountdisabled",
            "userdisabled",
            "inactive",
            "isinactive",
            "suspended",
            "issuspended",
            "blocked",
            "isblocked",
            "blockcredential",
            "signinblocked",
            "terminated",
            "isterminated",
            "archived",
            "isarchived",
            "deactivated",
            "isdeactivated",
            "deleted",
            "isdeleted",
            "nsaccountlock",
            "deaktiviert",
            "gesperrt",
            "inaktiv",
            "inactif",
            "desactive",
            "inactivo",
            "desactivado",
            "inativo",
            "desativado",
            "disattivato",
            "uitgeschakeld",
        ],
    ),
    (Field::AccountControl, &["useraccountcontrol"]),
    (
        Field::Detail(Detail::DisplayName),
        &["displayname", "preferreddisplayname", "anzeigename"],
    ),
    (
        Field::Detail(Detail::Phone),
        &[
            "phone",
            "phonenumber",
            "workphone",
            "workphonenumber",
            "officephone",
            "officephonenumber",
            "businessphone",
            "businessphones",
            "telephone",
            "telephonenumber",
            "telephonework",
            "phonework",
            "tel",
            "telefon",
            "telefonnummer",
            "diensttelefon",
            "numerodetelephone",
            "telefono",
            "numerodetelefono",
            "telefone",
            "telefoonnummer",
            "telefoon",
        ],
    ),
    (
        Field::Detail(Detail::Station),
        &[
            "station",
            "stationname",
            "homestation",
            "assignedstation",
            "firestation",
            "physicaldeliveryofficename",
            "officelocation",
            "officename",
            "office",
            "division",
            "wache",
            "feuerwache",
            "standort",
            "dienststelle",
            "caserne",
            "bureau",
            "estacion",
            "cuartel",
            "estacao",
            "stazione",
            "caserma",
            "kazerne",
        ],
    ),
    (
        Field::Detail(Detail::JobTitle),
        &[
            "jobtitle",
            "title",
            "rank",
            "position",
            "positiontitle",
            "employeetitle",
            "dienstgrad",
            "berufsbezeichnung",
            "funktion",
            "grade",
            "fonction",
            "puesto",
            "cargo",
            "qualifica",
            "mansione",
            "functie",
            "functietitel",
        ],
    ),
    (
        Field::ValidFrom,
        &["validfrom", "accountvalidfrom", "gultigab", "validodesde"],
    ),
    (
        Field::ValidUntil,
        &[
            "validuntil",
            "validto",
            "accountvaliduntil",
            "accountexpires",
            "gultigbis",
            "validohasta",
        ],
    ),
];

/// Words for a password in [`form`], wherever they stand in a heading.
const PASSWORDS: &[&str] = &[
    "password",
    "passwd",
    "passwort",
    "kennwort",
    "passphrase",
    "passcode",
    "pincode",
    "contrasena",
    "motdepasse",
    "senha",
    "palavrapasse",
    "wachtwoord",
    "parola",
    "losenord",
    "adgangskode",
    "unicodepwd",
];

/// Headings that are a password and nothing else.
const PASSWORDS_ALONE: &[&str] = &[
    "pass",
    "pwd",
    "pin",
    "secret",
    "pw",
    "mdp",
    "credential",
    "credentials",
];

/// A heading about a password that holds none: when it was set, whether it must be changed.
const ABOUT_PASSWORDS: &[&str] = &[
    "last", "changed", "expir", "never", "must", "next", "required", "age", "date", "policy",
    "status", "enabled", "reset", "set", "time", "method", "letzte",
];

/// A heading without case, accents, blanks, signs and what stands in brackets: `Employee #` is
/// `employeenumber`, `Email Address [Required]` is `emailaddress`.
pub(super) fn form(heading: &str) -> String {
    let mut outside = String::with_capacity(heading.len());
    let mut depth = 0_usize;
    for char in heading.chars() {
        match char {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth = depth.saturating_sub(1),
            '#' | '№' if depth == 0 => outside.push_str("number"),
            _ if depth == 0 => outside.push(char),
            _ => {}
        }
    }
    let folded = text::fold(&outside);
    // An LDAP attribute may carry an option: `userCertificate;binary`.
    folded
        .chars()
        .filter(|char| char.is_alphanumeric())
        .collect()
}

/// What a heading names, each with its rank: the lower counts. An address may be two things.
pub(super) fn meanings(form: &str) -> Vec<(Field, usize)> {
    NAMES
        .iter()
        .filter_map(|(field, names)| {
            let rank = names.iter().position(|name| *name == form)?;
            Some((*field, rank))
        })
        .collect()
}

/// Does a heading say that a password stands below?
pub(super) fn is_password(form: &str) -> bool {
    if PASSWORDS_ALONE.contains(&form) {
        return true;
    }
    let names = PASSWORDS.iter().any(|word| form.contains(word)) || form.ends_with("pwd");
    names && !ABOUT_PASSWORDS.iter().any(|word| form.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_is_written_in_the_form_in_which_it_is_looked_up() {
        let names = NAMES.iter().flat_map(|(_, names)| *names);
        for name in names.chain(PASSWORDS).chain(PASSWORDS_ALONE) {
            assert_eq!(form(name), *name);
        }
    }

    #[test]
    fn a_heading_is_known_in_any_spelling() {
        for (heading, expected) in [
            ("Employee #", "employeenumber"),
            ("Badge\r\nNumber", "badgenumber"),
            ("E-Mail-Adresse", "emailadresse"),
            ("Prénom", "prenom"),
            ("First Name [Required]", "firstname"),
            ("sAMAccountName", "samaccountname"),
        ] {
            assert_eq!(form(heading), expected);
            assert!(!meanings(expected).is_empty(), "{heading}");
        }
    }

    #[test]
    fn a_password_is_known_however_it_is_called_and_its_age_is_none() {
        for heading in [
            "password",
            "Initial Password",
            "Temp. password (plain)",
            "PIN",
            "pass_word",
            "Pwd",
            "userPassword",
            "Kennwort",
            "Mot de passe",
            "Contraseña",
            "Password Hash Function",
            "unicodePwd",
            "Password [Required]",
            "UserPwd",
        ] {
            assert!(is_password(&form(heading)), "{heading}");
        }
        for heading in [
            "pwdLastSet",
            "Password last changed",
            "Change Password at Next Sign-In",
            "PasswordNeverExpires",
            "Passport",
            "Opinion",
            "Shipping",
        ] {
            assert!(!is_password(&form(heading)), "{heading}");
        }
    }
}
