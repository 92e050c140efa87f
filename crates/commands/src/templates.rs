//! Command templates: one's own, and those shared with everybody.

use audit::Entry;
use model::{
    Caller, Permission, TemplateId,
    audit::Action,
    commands::template::{Form, MAX_TEMPLATES, Project, Template},
};
use store::{
    Write,
    sqlx::{self, Row},
};

use crate::{Commands, Error, builtin, service::owner};

/// Shared templates that are listed at most. Who may share them sees to it that they are fewer.
const MAX_SHARED: i64 = 1_000;

impl Commands {
    /// The caller's templates and the shared ones by name, then those that came with Nova.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open`; when the store fails.
    pub async fn templates(&self, caller: &Caller) -> Result<Vec<Template>, Error> {
        let user = owner(caller)?.to_string();
        let shares = caller.may(Permission::TemplatesShare);
        let rows = sqlx::query(
            "SELECT id, user_id, name, about, body, project, shared FROM command_templates
             WHERE user_id = $1 OR shared = 1 ORDER BY name, id LIMIT $2",
        )
        .bind(&user)
        .bind(MAX_SHARED + i64::try_from(MAX_TEMPLATES).unwrap_or(0))
        .fetch_all(self.db.read())
        .await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let (id, by, project): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(5)?);
            let shared = row.try_get::<i64, _>(6)? != 0;
            all.push(Template {
                id: Some(id.parse().map_err(|_| store::Error::Unreadable("command template"))?),
                form: Form {
                    name: row.try_get(2)?,
                    about: row.try_get(3)?,
                    body: row.try_get(4)?,
                    // A kind that is no longer known is none.
                    project: project.parse::<Project>().ok(),
                    shared,
                },
                editable: if shared { shares } else { by == user },
            });
        }
        all.extend(builtin::all());
        Ok(all)
    }

    /// Adds a template, or changes one: one's own, or a shared one with `templates.share`, which sharing needs as well.
    ///
    /// # Errors
    /// `Invalid` on the field that is wrong; [`Error::NameTaken`]; [`Error::TooManyTemplates`]; [`Error::NoTemplate`];
    /// `Forbidden`.
    pub async fn save_template(
        &self,
        caller: &Caller,
        id: Option<TemplateId>,
        form: &Form,
    ) -> Result<TemplateId, Error> {
        let user = owner(caller)?.to_string();
        let form = form.checked()?;
        if form.shared {
            caller.require(Permission::TemplatesShare)?;
        }
        let mut write = self.db.write().await?;
        // The person's row is locked first, so that two at once are counted one after the other.
        sqlx::query("UPDATE users SET kind = kind WHERE id = $1").bind(&user).execute(&mut *write).await?;
        let was_shared = match id {
            Some(id) => self.changeable(&mut write, caller, id).await?,
            None => {
                let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM command_templates WHERE user_id = $1")
                    .bind(&user)
                    .fetch_one(&mut *write)
                    .await?;
                if usize::try_from(count).is_ok_and(|count| count >= MAX_TEMPLATES) {
                    return Err(Error::TooManyTemplates);
                }
                false
            }
        };
        let saved = id.unwrap_or_else(TemplateId::new);
        let project = form.project.map(Project::word).unwrap_or_default();
        let written = sqlx::query(
            "INSERT INTO command_templates (id, user_id, name, about, body, project, shared, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, about = excluded.about, body = excluded.body,
               project = excluded.project, shared = excluded.shared, changed_at = excluded.changed_at",
        )
        .bind(saved.to_string())
        .bind(&user)
        .bind(&form.name)
        .bind(&form.about)
        .bind(&form.body)
        .bind(project)
        .bind(i64::from(form.shared))
        .bind(self.clock.now().0)
        .execute(&mut *write)
        .await;
        if let Err(error) = written {
            let error = store::Error::from(error);
            return Err(if error.is_duplicate() { Error::NameTaken } else { Error::Store(error) });
        }
        if form.shared || was_shared {
            let entry = Entry::by(caller, Action::TemplateShare).object("template", saved, &form.name);
            self.audit.within(&mut write, &entry.detail(&form.body)).await?;
        }
        write.commit().await.map_err(store::Error::from)?;
        Ok(saved)
    }

    /// Deletes a template: one's own, or a shared one with `templates.share`.
    ///
    /// # Errors
    /// [`Error::NoTemplate`]; `Forbidden`.
    pub async fn remove_template(&self, caller: &Caller, id: TemplateId) -> Result<(), Error> {
        owner(caller)?;
        let mut write = self.db.write().await?;
        let shared = self.changeable(&mut write, caller, id).await?;
        let name: String = sqlx::query_scalar("DELETE FROM command_templates WHERE id = $1 RETURNING name")
            .bind(id.to_string())
            .fetch_one(&mut *write)
            .await?;
        if shared {
            let entry = Entry::by(caller, Action::TemplateRemove).object("template", id, &name);
            self.audit.within(&mut write, &entry).await?;
        }
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// Whether a template that the caller may change is shared.
    async fn changeable(&self, write: &mut Write, caller: &Caller, id: TemplateId) -> Result<bool, Error> {
        let row = sqlx::query("SELECT user_id, shared FROM command_templates WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&mut **write)
            .await?
            .ok_or(Error::NoTemplate)?;
        let (by, shared): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        match (shared != 0, by == caller.user()?.to_string()) {
            (true, _) => {
                caller.require(Permission::TemplatesShare)?;
                Ok(true)
            }
            (false, true) => Ok(false),
            (false, false) => Err(Error::NoTemplate),
        }
    }
}
